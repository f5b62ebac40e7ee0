//! Which prize a rank wins.

use janchi_contracts::event::Prize;

/// The prize of a rank (from 1): the prizes in their order, each as often as there are of it.
pub fn of_rank(prizes: &[Prize], rank: u32) -> Option<&Prize> {
    let mut before = 0_u64;
    prizes.iter().find(|prize| {
        before += u64::from(prize.quantity);
        rank >= 1 && u64::from(rank) <= before
    })
}

#[cfg(test)]
mod tests {
    use super::{Prize, of_rank};

    #[test]
    fn higher_prizes_go_to_higher_ranks() {
        let prize = |name: &str, quantity| Prize {
            name: name.to_owned(),
            quantity,
            unit_cost: 0,
        };
        let prizes = [prize("식사권", 1), prize("없음", 0), prize("커피", 2)];
        let of = |rank| of_rank(&prizes, rank).map(|p| p.name.as_str());
        assert_eq!(of(1), Some("식사권"));
        assert_eq!(of(2), Some("커피"));
        assert_eq!(of(3), Some("커피"));
        assert_eq!(of(4), None);
        assert_eq!(of(0), None);
    }
}
