//! The pages of an event that runs or ran: where it stands, who takes part, the counter, the draw, what it was worth.

mod advice;
mod change;
mod chart;
mod counter;
mod dashboard;
mod detail;
mod draw;
mod event;
mod export;
mod history;
mod one;
mod overview;
mod participants;
mod qr;
mod sales;
mod stopping;
mod winner_steps;
mod winners;

pub(crate) use winners::Tax;

use crate::api::Api;
use crate::pages::Desk;
use crate::pages::seat::Seat;
use crate::visit::Page;

/// A page of one event, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Running {
    /// The event, by its id, and which page of it.
    Event(String, Part),
    Overview,
}

/// Which page of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Detail,
    Change,
    End,
    Cancel,
    History,
    Square,
    Participants,
    /// By the participant's id.
    One(String),
    Reveal(String),
    Review(String),
    Visit(String),
    Export,
    Counter,
    DayCode,
    Draw,
    Winners,
    /// By the participant's id, and the step.
    Winner(String, String),
    Delivery(String),
    Dashboard,
    Sales,
}

impl Running {
    /// The page of a path's parts, if it is one of these.
    pub fn find(parts: &[&str]) -> Option<Self> {
        let is_id = |text: &str| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
        let (id, rest) = match parts {
            ["app", "dashboard"] => return Some(Self::Overview),
            ["app", "events", id, rest @ ..] if is_id(id) => (*id, rest),
            _ => return None,
        };
        let own = |id: &&str| (*id).to_owned();
        let part = match rest {
            [] => Part::Detail,
            ["edit"] => Part::Change,
            ["end"] => Part::End,
            ["cancel"] => Part::Cancel,
            ["history"] => Part::History,
            ["qr.svg"] => Part::Square,
            ["participants"] => Part::Participants,
            ["participants", "export"] => Part::Export,
            ["participants", one] if is_id(one) => Part::One(own(one)),
            ["participants", one, "reveal"] if is_id(one) => Part::Reveal(own(one)),
            ["participants", one, "review"] if is_id(one) => Part::Review(own(one)),
            ["participants", one, "visit"] if is_id(one) => Part::Visit(own(one)),
            ["counter"] => Part::Counter,
            ["counter", "print"] => Part::DayCode,
            ["draw"] => Part::Draw,
            ["winners"] => Part::Winners,
            ["winners", one, "delivery"] if is_id(one) => Part::Delivery(own(one)),
            ["winners", one, step] if is_id(one) && winner_steps::is_step(step) => {
                Part::Winner(own(one), own(step))
            }
            ["dashboard"] => Part::Dashboard,
            ["sales"] => Part::Sales,
            _ => return None,
        };
        Some(Self::Event(id.to_owned(), part))
    }

    /// As logs and meters call it.
    pub fn label(&self) -> &'static str {
        let Self::Event(_, part) = self else {
            return "/app/dashboard";
        };
        match part {
            Part::Detail => "/app/events/{id}",
            Part::Change => "/app/events/{id}/edit",
            Part::End => "/app/events/{id}/end",
            Part::Cancel => "/app/events/{id}/cancel",
            Part::History => "/app/events/{id}/history",
            Part::Square => "/app/events/{id}/qr.svg",
            Part::Participants => "/app/events/{id}/participants",
            Part::One(_) => "/app/events/{id}/participants/{participantId}",
            Part::Reveal(_) => "/app/events/{id}/participants/{participantId}/reveal",
            Part::Review(_) => "/app/events/{id}/participants/{participantId}/review",
            Part::Visit(_) => "/app/events/{id}/participants/{participantId}/visit",
            Part::Export => "/app/events/{id}/participants/export",
            Part::Counter => "/app/events/{id}/counter",
            Part::DayCode => "/app/events/{id}/counter/print",
            Part::Draw => "/app/events/{id}/draw",
            Part::Winners => "/app/events/{id}/winners",
            Part::Winner(..) => "/app/events/{id}/winners/{participantId}/{step}",
            Part::Delivery(_) => "/app/events/{id}/winners/{participantId}/delivery",
            Part::Dashboard => "/app/events/{id}/dashboard",
            Part::Sales => "/app/events/{id}/sales",
        }
    }

    /// Whether a form may be sent there.
    pub fn takes_forms(&self) -> bool {
        let Self::Event(_, part) = self else {
            return false;
        };
        matches!(
            part,
            Part::Change
                | Part::End
                | Part::Cancel
                | Part::Reveal(_)
                | Part::Review(_)
                | Part::Visit(_)
                | Part::Counter
                | Part::Draw
                | Part::Winner(..)
                | Part::Delivery(_)
                | Part::Sales
        )
    }

    /// Whether there is anything to look at.
    pub fn is_shown(&self) -> bool {
        let Self::Event(_, part) = self else {
            return true;
        };
        match part {
            Part::Reveal(_) | Part::Review(_) | Part::Visit(_) => false,
            Part::Winner(_, step) => step == winner_steps::FORFEIT,
            _ => true,
        }
    }
}

/// The page.
pub(crate) async fn answer<A: Api>(desk: &Desk<'_, A>, page: Running) -> Page {
    // A page that ended early is a page as well.
    match seated(desk, page).await {
        Ok(page) | Err(page) => page,
    }
}

async fn seated<A: Api>(desk: &Desk<'_, A>, page: Running) -> Result<Page, Page> {
    let posts = desk.visit.is_post();
    let mut taken = Seat::take(desk).await?;
    let seat = &mut taken;
    let (id, part) = match page {
        Running::Overview => return overview::show(seat).await,
        Running::Event(id, part) => (id, part),
    };
    match part {
        Part::Detail => detail::show(seat, &id).await,
        Part::Change if posts => change::send(seat, &id).await,
        Part::Change => change::show(seat, &id).await,
        Part::End => stopping::answer(seat, &id, stopping::Way::End).await,
        Part::Cancel => stopping::answer(seat, &id, stopping::Way::Cancel).await,
        Part::History => history::show(seat, &id).await,
        Part::Square => qr::file(seat, &id).await,
        Part::Participants => participants::show(seat, &id).await,
        Part::One(one) => one::show(seat, &id, &one).await,
        Part::Reveal(one) => one::reveal(seat, &id, &one).await,
        Part::Review(one) => one::review(seat, &id, &one).await,
        Part::Visit(one) => one::visit(seat, &id, &one).await,
        Part::Export => export::show(seat, &id).await,
        Part::Counter if posts => counter::send(seat, &id).await,
        Part::Counter => counter::show(seat, &id).await,
        Part::DayCode => counter::print(seat, &id).await,
        Part::Draw if posts => draw::send(seat, &id).await,
        Part::Draw => draw::show(seat, &id).await,
        Part::Winners => winners::show(seat, &id).await,
        Part::Winner(one, step) => winner_steps::answer(seat, &id, &one, &step).await,
        Part::Delivery(one) => winner_steps::delivery(seat, &id, &one).await,
        Part::Dashboard => dashboard::show(seat, &id).await,
        Part::Sales if posts => sales::send(seat, &id).await,
        Part::Sales => sales::show(seat, &id).await,
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Running};

    const ID: &str = "0198c1f2-7d1a-7c55-9a3e-2f6f3f1c9a10";

    #[test]
    fn an_event_has_its_pages_and_no_others() {
        let find = |path: &str| {
            let parts: Vec<&str> = path.split('/').collect();
            Running::find(&parts)
        };
        let event = |part| Some(Running::Event(ID.to_owned(), part));
        assert_eq!(find(&format!("app/events/{ID}")), event(Part::Detail));
        assert_eq!(
            find(&format!("app/events/{ID}/winners/{ID}/forfeit")),
            event(Part::Winner(ID.to_owned(), "forfeit".to_owned()))
        );
        for other in [
            format!("app/events/{ID}/plan"),
            format!("app/events/{ID}/by-hand"),
            format!("app/events/{ID}/winners/{ID}/paid"),
            format!("app/events/{ID}/participants/.."),
            "app/events/new".to_owned(),
            "app/events/..".to_owned(),
        ] {
            assert_eq!(find(&other), None, "{other}");
        }
    }
}
