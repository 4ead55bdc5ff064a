//! Version constraints as Terraform reads them: `~> 1.2, != 1.2.5`.

use std::cmp::Ordering;

/// A version: numbers and an optional pre-release part.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    numbers: Vec<u64>,
    pre_release: Option<String>,
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let text = text.split('+').next()?;
        let (numbers, pre_release) = match text.split_once('-') {
            Some((numbers, pre)) => (numbers, Some(pre.to_owned())),
            None => (text, None),
        };
        let numbers: Option<Vec<u64>> = numbers.split('.').map(|number| number.parse().ok()).collect();
        Some(Self { numbers: numbers?, pre_release })
    }

    fn number(&self, n: usize) -> u64 {
        self.numbers.get(n).copied().unwrap_or(0)
    }

    fn compare(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        let numbers = (0..length).map(|n| self.number(n)).cmp((0..length).map(|n| other.number(n)));
        numbers.then_with(|| match (&self.pre_release, &other.pre_release) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => super::natural(a, b),
        })
    }
}

/// Whether `constraint` allows `version`.
///
/// # Errors
/// If one of them is not valid. The message does not quote them: they may come from the command line.
pub fn allows(constraint: &str, version: &str) -> Result<bool, String> {
    let version = Version::parse(version).ok_or("a text is not a version")?;
    for part in constraint.split(',') {
        let part = part.trim();
        let (operator, bound) = match part.find(|c: char| c.is_ascii_digit() || c == 'v') {
            Some(at) => part.split_at_checked(at).unwrap_or(("", part)),
            None => return Err("a text is not a version constraint".to_owned()),
        };
        let bound = Version::parse(bound).ok_or("a text is not a version constraint")?;
        let order = version.compare(&bound);
        // A pre-release is allowed only if it is named exactly.
        let pre_release_is_meant = version.pre_release.is_none() || version == bound;
        let holds = match operator.trim() {
            "" | "=" => order.is_eq(),
            "!=" => order.is_ne(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            "~>" => {
                let fixed = bound.numbers.len().saturating_sub(1).max(1);
                order.is_ge() && (0..fixed).all(|n| version.number(n) == bound.number(n))
            }
            _ => return Err("a text has an operator that version constraints do not have".to_owned()),
        };
        if !holds || !pre_release_is_meant {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Why Terraform cannot read a version constraint; `None` if it can.
#[must_use]
pub fn why_invalid(constraint: &str) -> Option<String> {
    let part = constraint.split(',').find(|part| parts(part).is_none())?;
    Some(match part.trim() {
        "" => "a part of it is empty".to_owned(),
        part => format!("`{part}` is not an operator and a version"),
    })
}

/// Why Terraform cannot read the constraint of a provider: it is stricter there than elsewhere.
#[must_use]
pub fn why_invalid_for_provider(constraint: &str) -> Option<String> {
    why_invalid(constraint).or_else(|| {
        constraint.split(',').find_map(|part| {
            let read = parts(part)?;
            let why = if read.has_prefix {
                "a version has no `v` before it"
            } else if !matches!(read.space, "" | " ") {
                "one space at most stands between an operator and a version"
            } else if read.numbers > 3 {
                "a version has three numbers at most"
            } else {
                return None;
            };
            Some(format!("`{}`: {why}", part.trim()))
        })
    })
}

/// The first part of a constraint that names a pre-release.
#[must_use]
pub fn pre_release(constraint: &str) -> Option<&str> {
    let part = constraint.split(',').find(|part| parts(part).is_some_and(|read| read.has_pre_release))?;
    Some(part.trim())
}

/// The operators of version constraints, longer ones before those that they begin with.
const OPERATORS: [&str; 7] = ["~>", ">=", "<=", "!=", "=", ">", "<"];

/// What a part of a constraint is made of.
struct ConstraintPart<'a> {
    /// What stands between the operator and the version.
    space: &'a str,
    has_prefix: bool,
    numbers: usize,
    has_pre_release: bool,
}

/// Takes a part of a constraint apart; `None` if Terraform cannot read it.
fn parts(part: &str) -> Option<ConstraintPart<'_>> {
    let part = part.trim();
    let behind = OPERATORS.iter().find_map(|operator| part.strip_prefix(operator)).unwrap_or(part);
    let version = behind.trim_start();
    let (space, _) = behind.split_at_checked(behind.len().checked_sub(version.len())?)?;
    let bare = version.strip_prefix('v').unwrap_or(version);
    let (bare, metadata) = match bare.split_once('+') {
        Some((bare, metadata)) => (bare, Some(metadata)),
        None => (bare, None),
    };
    let end = bare.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bare.len());
    let (numbers, pre_release) = bare.split_at_checked(end)?;
    // `1.0beta` is read as `1.0-beta`.
    let are_labels = |labels: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '~');
        labels.split('.').all(|label| !label.is_empty() && label.chars().all(is_part))
    };
    let is_read = numbers.split('.').all(|number| number.parse::<i64>().is_ok())
        && (pre_release.is_empty() || are_labels(pre_release))
        && metadata.is_none_or(are_labels);
    is_read.then_some(ConstraintPart {
        space,
        has_prefix: version.starts_with('v'),
        numbers: numbers.split('.').count(),
        has_pre_release: !pre_release.is_empty(),
    })
}

/// An end of a range of versions, and whether it belongs to the range.
type RangeEnd = (Version, bool);

/// Whether every version that `constraint` allows is one that `outer` allows. Both are ranges: what they leave out in between counts in
/// `constraint` as allowed. False if one of them is not valid, or allows a pre-release.
#[must_use]
pub fn within(constraint: &str, outer: &str) -> bool {
    let (Some((low, high)), Some((outer_low, outer_high))) = (range(constraint), range(outer)) else {
        return false;
    };
    let is_after = |inner: &Option<RangeEnd>, outer: &Option<RangeEnd>, wanted: Ordering| match (inner, outer)
    {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some((inner, inner_has)), Some((outer, outer_has))) => {
            let order = inner.compare(outer);
            order == wanted || order.is_eq() && (*outer_has || !inner_has)
        }
    };
    is_after(&low, &outer_low, Ordering::Greater) && is_after(&high, &outer_high, Ordering::Less)
}

/// The least and the greatest version that a constraint allows.
fn range(constraint: &str) -> Option<(Option<RangeEnd>, Option<RangeEnd>)> {
    let (mut low, mut high): (Option<RangeEnd>, Option<RangeEnd>) = (None, None);
    let mut raise = |end: RangeEnd| {
        let is_lower = low.as_ref().is_some_and(|(own, has)| {
            let order = own.compare(&end.0);
            order.is_gt() || order.is_eq() && (!has || end.1)
        });
        if !is_lower {
            low = Some(end);
        }
    };
    let mut lower = |end: RangeEnd| {
        let is_higher = high.as_ref().is_some_and(|(own, has)| {
            let order = own.compare(&end.0);
            order.is_lt() || order.is_eq() && (!has || end.1)
        });
        if !is_higher {
            high = Some(end);
        }
    };
    for part in constraint.split(',') {
        let part = part.trim();
        let at = part.find(|c: char| c.is_ascii_digit() || c == 'v')?;
        let (operator, bound) = part.split_at_checked(at)?;
        let bound = Version::parse(bound).filter(|bound| bound.pre_release.is_none())?;
        match operator.trim() {
            "" | "=" => {
                raise((bound.clone(), true));
                lower((bound, true));
            }
            ">" => raise((bound, false)),
            ">=" => raise((bound, true)),
            "<" => lower((bound, false)),
            "<=" => lower((bound, true)),
            "~>" => {
                let fixed = bound.numbers.len().saturating_sub(1).max(1);
                let mut next: Vec<u64> = bound.numbers.iter().take(fixed).copied().collect();
                if let Some(last) = next.last_mut() {
                    *last = last.checked_add(1)?;
                }
                raise((bound, true));
                lower((Version { numbers: next, pre_release: None }, false));
            }
            "!=" => {}
            _ => return None,
        }
    }
    Some((low, high))
}
