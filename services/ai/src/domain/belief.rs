//! Normal distributions over the logarithm of a factor, and how what is heard of one child of a family reaches its
//! parent and its siblings. All in closed form: the exact posterior of a normal-normal tree.

/// What is believed of a number, and how surely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    pub mean: f64,
    pub variance: f64,
}

impl Belief {
    /// What two sources say together that know nothing of each other: the surer one counts for more.
    pub fn and(self, other: Self) -> Self {
        let (mine, others) = (1.0 / self.variance, 1.0 / other.variance);
        Self {
            mean: (self.mean * mine + other.mean * others) / (mine + others),
            variance: 1.0 / (mine + others),
        }
    }

    /// What this says of a relative that differs from it with variance `between`.
    pub fn of_relative(self, between: f64) -> Self {
        Self {
            variance: self.variance + between,
            ..self
        }
    }
}

/// A parent and what is believed of its children.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// From above and from all children.
    pub parent: Belief,
    /// Per child, from everybody but the child itself. Together with what was heard of it: its posterior.
    pub without_own: Vec<Belief>,
}

/// `above` is what is believed of the parent without any of these children; `heard` what was seen of each child.
/// Children differ from their parent with variance `between`.
pub fn family(above: Belief, between: f64, heard: &[Option<Belief>]) -> Family {
    let parent_without = |left_out: Option<usize>| {
        let told = heard
            .iter()
            .enumerate()
            .filter(|(child, _)| Some(*child) != left_out);
        told.filter_map(|(_, belief)| *belief)
            .fold(above, |known, child| known.and(child.of_relative(between)))
    };
    Family {
        parent: parent_without(None),
        without_own: (0..heard.len())
            .map(|child| parent_without(Some(child)).of_relative(between))
            .collect(),
    }
}

/// What children alone say of their parent; `None` when nothing was heard of any.
pub fn of_parent(between: f64, heard: &[Option<Belief>]) -> Option<Belief> {
    let told = heard.iter().filter_map(|belief| *belief);
    told.map(|child| child.of_relative(between))
        .reduce(Belief::and)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn belief(mean: f64, variance: f64) -> Belief {
        Belief { mean, variance }
    }

    #[test]
    fn equals_meet_in_the_middle_and_are_surer_together() {
        assert_eq!(belief(0.0, 1.0).and(belief(1.0, 1.0)), belief(0.5, 0.5));
        let moved = belief(0.0, 0.1).and(belief(1.0, 0.9));
        assert!((moved.mean - 0.1).abs() < 1e-12);
    }

    #[test]
    fn a_child_moves_itself_most_then_its_parent_then_its_siblings() {
        let heard = [Some(belief(1.0, 0.01)), None, Some(belief(0.0, 0.01))];
        let family = family(belief(0.0, 0.04), 0.04, &heard);
        let first = family.without_own[0].and(belief(1.0, 0.01)).mean;
        assert!(first > 0.7 && first < 1.0, "{first}");
        assert!(family.parent.mean > 0.1 && family.parent.mean < first);
        // Of one nothing was heard: as its parent, less surely.
        assert_eq!(family.without_own[1].mean, family.parent.mean);
        assert!(family.without_own[1].variance > family.parent.variance);
    }

    #[test]
    fn the_tree_gives_what_direct_conditioning_gives() {
        // Parent m ~ N(0, a), children m + N(0, b), each seen with noise c. The posterior mean of the first child from
        // the joint covariance: [a + b, a] S^-1 y with S = [[a+b+c, a], [a, a+b+c]].
        let (a, b, c) = (0.04, 0.02, 0.1);
        let (first, second) = (0.6, -0.2);
        let (s, o) = (a + b + c, a);
        let inverse = 1.0 / (s * s - o * o);
        let weights = (
            inverse * (s * first - o * second),
            inverse * (s * second - o * first),
        );
        let direct = (a + b) * weights.0 + a * weights.1;
        let heard = [Some(belief(first, c)), Some(belief(second, c))];
        let family = family(belief(0.0, a), b, &heard);
        let tree = family.without_own[0].and(belief(first, c)).mean;
        assert!((tree - direct).abs() < 1e-12, "{tree} and {direct}");
    }
}
