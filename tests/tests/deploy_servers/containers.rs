use crate::compose::{Compose, checkout};
use serde_json::json;

#[test]
fn every_container_is_held_as_tight_as_it_can_be() {
    let servers = ["postgres", "redis", "rabbitmq"];
    for (name, container) in Compose::plain().containers() {
        let server = servers.contains(&name.as_str());
        assert_eq!(container["read_only"], true, "{name}");
        assert_eq!(container["cap_drop"], json!(["ALL"]), "{name}");
        let no_more = json!(["no-new-privileges:true"]);
        assert_eq!(container["security_opt"], no_more, "{name}");
        assert!(container["privileged"].is_null(), "{name}");
        assert!(container["pids_limit"].is_u64(), "{name}");
        assert_eq!(container["logging"]["driver"], "local", "{name}");
        let inside = container["networks"] == json!(["inside"]);
        assert!(inside || !server, "{name} can be reached from outside");
        if name == "accounts" || name.starts_with("migrate-") {
            assert_eq!(container["restart"], "no", "{name}");
            assert_eq!(container["healthcheck"]["disable"], true, "{name}");
            continue;
        }
        assert_eq!(container["restart"], "unless-stopped", "{name}");
        assert!(container["stop_grace_period"].is_string(), "{name}");
        assert_eq!(
            container["mem_limit"].is_null(),
            name == "postgres",
            "{name}"
        );
        // Our own images bring their check along, and begin as somebody who is not root.
        assert_eq!(
            container["healthcheck"]["test"].is_array(),
            server,
            "{name}"
        );
        assert_eq!(container["cap_add"].is_null(), !server, "{name}");
    }
    let image = std::fs::read_to_string(checkout("deploy/Dockerfile")).expect("readable");
    assert!(image.contains("\nHEALTHCHECK --interval="));
}

#[test]
fn nothing_goes_in_or_out_of_the_inner_network() {
    assert_eq!(Compose::plain().network("inside")["internal"], true);
}
