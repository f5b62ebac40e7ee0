//! Which page of the creation flow a path is.

use uuid::Uuid;

/// A page of the creation flow, with what its path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Creation {
    New,
    Plan(Uuid),
    Edit(Uuid),
    Pictures(Uuid),
    /// An event and one of its pictures.
    Picture(Uuid, Uuid),
    /// The same picture as it would be, as an image.
    Preview(Uuid, Uuid),
    Channels(Uuid),
    Approve(Uuid),
    Progress(Uuid),
}

impl Creation {
    /// The page of these parts of a path.
    pub(crate) fn find(parts: &[&str]) -> Option<Self> {
        let ["app", "events", rest @ ..] = parts else {
            return None;
        };
        if *rest == ["new"] {
            return Some(Self::New);
        }
        let id = |text: &str| Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
        let event = id(rest.first()?)?;
        Some(match rest.get(1..)? {
            ["plan"] => Self::Plan(event),
            ["by-hand"] => Self::Edit(event),
            ["pictures"] => Self::Pictures(event),
            ["pictures", picture] => Self::Picture(event, id(picture)?),
            ["pictures", picture, "preview"] => Self::Preview(event, id(picture)?),
            ["channels"] => Self::Channels(event),
            ["approve"] => Self::Approve(event),
            ["progress"] => Self::Progress(event),
            _ => return None,
        })
    }

    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::New => "/app/events/new",
            Self::Plan(_) => "/app/events/{id}/plan",
            Self::Edit(_) => "/app/events/{id}/by-hand",
            Self::Pictures(_) => "/app/events/{id}/pictures",
            Self::Picture(..) => "/app/events/{id}/pictures/{imageId}",
            Self::Preview(..) => "/app/events/{id}/pictures/{imageId}/preview",
            Self::Channels(_) => "/app/events/{id}/channels",
            Self::Approve(_) => "/app/events/{id}/approve",
            Self::Progress(_) => "/app/events/{id}/progress",
        }
    }

    /// Whether a form may be sent there.
    pub(crate) fn takes_forms(&self) -> bool {
        !matches!(self, Self::Preview(..))
    }
}

#[cfg(test)]
mod tests {
    use super::Creation;

    #[test]
    fn steps_are_found_below_an_event() {
        const ID: &str = "0198c1f2-7d1a-7c55-9a3e-2f6f3f1c9a10";
        let find = |path: &str| {
            let parts: Vec<&str> = path.split('/').collect();
            Creation::find(&parts).map(|page| page.label())
        };
        assert_eq!(find("app/events/new"), Some("/app/events/new"));
        for step in [
            "plan", "by-hand", "pictures", "channels", "approve", "progress",
        ] {
            let found = find(&format!("app/events/{ID}/{step}"));
            assert_eq!(found, Some(format!("/app/events/{{id}}/{step}")).as_deref());
        }
        assert_eq!(
            find(&format!("app/events/{ID}/pictures/{ID}/preview")),
            Some("/app/events/{id}/pictures/{imageId}/preview")
        );
        for none in [
            "app/events",
            "app/events/x/plan",
            "app/events/new/plan",
            "app/profile",
        ] {
            assert_eq!(find(none), None, "{none}");
        }
        assert_eq!(find(&format!("app/events/{ID}")), None);
    }
}
