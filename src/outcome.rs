//! How a run ended, as the shell sees it.

use std::process::{ExitCode, Termination};

/// The exit codes. Where several apply the one highest in [`Outcome::rank`] wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 0: done, nothing at or above the level that fails.
    Done,
    /// 1: findings, failing tests, or an answer that is not "permit".
    Findings,
    /// 2: the command line or the configuration is wrong.
    Usage,
    /// 3: some input could not be read, so "no findings" must not be believed.
    Incomplete,
    /// 4: an agreement does not allow it.
    Refused,
    /// 5: a signature, digest or chain does not hold.
    VerificationFailed,
    /// 70: a bug in carepact.
    Bug,
    /// 130: interrupted.
    Interrupted,
    /// 20: with `diff --detailed-exit-code` alone, some may see less and nobody more.
    NarrowingOnly,
    /// 21: with `diff --detailed-exit-code` alone, somebody may see more.
    Widening,
}

impl Outcome {
    /// The number the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Refused => 4,
            Self::VerificationFailed => 5,
            Self::Bug => 70,
            Self::Interrupted => 130,
            Self::NarrowingOnly => 20,
            Self::Widening => 21,
        }
    }

    /// Highest wins: 70, 130, 2, 5, 4, 3, 1, 0.
    fn rank(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings | Self::NarrowingOnly | Self::Widening => 1,
            Self::Incomplete => 2,
            Self::Refused => 3,
            Self::VerificationFailed => 4,
            Self::Usage => 5,
            Self::Interrupted => 6,
            Self::Bug => 7,
        }
    }

    /// The one that the shell is told when both happened.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.rank() >= other.rank() { self } else { other }
    }
}

impl Termination for Outcome {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn the_highest_wins_in_the_documented_order() {
        let order = [
            Outcome::Bug,
            Outcome::Interrupted,
            Outcome::Usage,
            Outcome::VerificationFailed,
            Outcome::Refused,
            Outcome::Incomplete,
            Outcome::Findings,
            Outcome::Done,
        ];
        for (index, high) in order.iter().enumerate() {
            for low in &order[index..] {
                assert_eq!(high.and(*low), *high);
                assert_eq!(low.and(*high), *high);
            }
        }
        assert_eq!(order.map(Outcome::code), [70, 130, 2, 5, 4, 3, 1, 0]);
    }
}
