//! Cookies: what a visitor carries from page to page. None is readable by a script.

use crate::visit::Visit;

/// Until the browser is closed.
pub(crate) const WHILE_OPEN: Option<u32> = None;

/// A cookie to set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookie<'a> {
    pub name: &'a str,
    pub value: &'a str,
    pub path: &'a str,
    /// Seconds; 0 takes it away.
    pub life: Option<u32>,
}

impl Cookie<'_> {
    /// The text of `Set-Cookie`.
    pub(crate) fn text(&self, visit: &Visit) -> String {
        let name = full_name(self.name, self.path, visit.is_secure());
        let mut text = format!(
            "{name}={}; Path={}; HttpOnly; SameSite=Lax",
            self.value, self.path
        );
        if visit.is_secure() {
            text.push_str("; Secure");
        }
        if let Some(life) = self.life {
            text.push_str(&format!("; Max-Age={life}"));
        }
        text
    }
}

/// Over TLS the name itself forbids other hosts and unprotected connections to set it.
fn full_name(name: &str, path: &str, secure: bool) -> String {
    match (secure, path) {
        (true, "/") => format!("__Host-{name}"),
        (true, _) => format!("__Secure-{name}"),
        (false, _) => name.to_owned(),
    }
}

/// A cookie that came with the visit.
pub(crate) fn read(visit: &Visit, name: &str, path: &str) -> Option<String> {
    let name = full_name(name, path, visit.is_secure());
    visit
        .cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Cookie, read};
    use crate::pages::tests_support::visit;

    #[test]
    fn over_tls_nobody_else_can_set_them() {
        let mut here = visit("GET", "/e/AB");
        let cookie = Cookie {
            name: "receipt",
            value: "t",
            path: "/e/AB",
            life: Some(60),
        };
        here.base = "https://janchi.kr".to_owned();
        assert_eq!(
            cookie.text(&here),
            "__Secure-receipt=t; Path=/e/AB; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
        here.cookies = "receipt=forged; __Secure-receipt=real".to_owned();
        assert_eq!(read(&here, "receipt", "/e/AB").as_deref(), Some("real"));
        here.base = "http://127.0.0.1:8080".to_owned();
        assert_eq!(read(&here, "receipt", "/e/AB").as_deref(), Some("forged"));
    }
}
