//! Where in an answer a value stands.

/// Where in the answer a value stands.
#[derive(Debug, Clone, Default)]
pub struct Spot {
    /// Names from the root down, lower case, letters only.
    names: Vec<String>,
    /// Which of the three plans, from the cheapest.
    pub plan: usize,
    /// Position in the innermost list.
    pub item: usize,
}

impl Spot {
    /// One property further down.
    pub fn at(&self, name: &str) -> Self {
        let mut names = self.names.clone();
        let name: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        let name = name.to_ascii_lowercase();
        let plan = match name.as_str() {
            n if n.starts_with("lowcost") || n == "basic" || n == "planlow" => 0,
            n if n.starts_with("midcost") || n == "standard" || n == "planmid" => 1,
            n if n.starts_with("highcost") || n == "premium" || n == "planhigh" => 2,
            _ => self.plan,
        };
        names.push(name);
        Self {
            names,
            plan,
            item: self.item,
        }
    }

    /// One item of a list.
    pub fn nth(&self, item: usize, is_plan: bool) -> Self {
        Self {
            plan: if is_plan { item } else { self.plan },
            item,
            names: self.names.clone(),
        }
    }

    /// The property's own name.
    pub fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// The name of the property around it.
    pub fn parent(&self) -> &str {
        self.names.iter().rev().nth(1).map_or("", String::as_str)
    }

    /// How many properties deep.
    pub const fn depth(&self) -> usize {
        self.names.len()
    }

    /// Whether this or a property around it has this word in its name.
    pub fn inside(&self, word: &str) -> bool {
        self.names.iter().any(|name| name.contains(word))
    }
}
