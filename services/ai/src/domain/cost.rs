//! What vendors cost. Money is counted in millionths of a won: a token costs less than a won, and the sum must be right.

/// Millionths of a won in a won.
pub const MICROS: i64 = 1_000_000;

/// What a model costs, in KRW per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub input: u32,
    pub output: u32,
}

impl Price {
    /// What so many tokens cost, in millionths of a won: a won per million tokens is a millionth per token.
    pub fn of(self, usage: Usage) -> i64 {
        let side = |tokens: i64, price: u32| tokens.max(0).saturating_mul(i64::from(price));
        side(usage.input_tokens, self.input).saturating_add(side(usage.output_tokens, self.output))
    }
}

/// Tokens of a call, as the vendor told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub input_tokens: i64,
    pub output_tokens: i64,
}

/// What a vendor was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An owner's job.
    Plans,
    /// An owner's sentence.
    Intent,
    /// An answer that somebody will want.
    Warming,
}

impl Purpose {
    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Plans => "PLANS",
            Self::Intent => "INTENT",
            Self::Warming => "WARMING",
        }
    }
}

/// Everything that vendors were asked for one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bill {
    /// Whose answer could be used.
    pub vendor: Option<&'static str>,
    /// Calls, whatever came of them.
    pub attempts: i32,
    pub usage: Usage,
    pub cost_micros: i64,
}

impl Bill {
    /// Adds a call.
    pub fn add(&mut self, usage: Usage, cost_micros: i64) {
        self.attempts = self.attempts.saturating_add(1);
        let sum = i64::saturating_add;
        self.usage = Usage {
            input_tokens: sum(self.usage.input_tokens, usage.input_tokens),
            output_tokens: sum(self.usage.output_tokens, usage.output_tokens),
        };
        self.cost_micros = sum(self.cost_micros, cost_micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_costs_tokens_times_price_to_the_millionth() {
        let price = Price {
            input: 1_500,
            output: 7_500,
        };
        let usage = Usage {
            input_tokens: 900,
            output_tokens: 1_500,
        };
        // 1.35 and 11.25 won.
        assert_eq!(price.of(usage), 12_600_000);
        assert_eq!(price.of(Usage::default()), 0);
        let absurd = Usage {
            input_tokens: i64::MAX,
            output_tokens: -1,
        };
        assert_eq!(price.of(absurd), i64::MAX);
    }

    #[test]
    fn a_bill_adds_up_what_failed_too() {
        let mut bill = Bill::default();
        let usage = Usage {
            input_tokens: 10,
            output_tokens: 20,
        };
        bill.add(usage, 500);
        bill.add(usage, 700);
        assert_eq!((bill.attempts, bill.cost_micros), (2, 1_200));
        assert_eq!(bill.usage.output_tokens, 40);
    }
}
