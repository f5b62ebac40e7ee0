//! Tests of the whole fleet; see the files beside `src/`.
