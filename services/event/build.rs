//! Recompiles the embedded migrations when a file is added to their folder.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations/event");
}
