//! Which of several things a name in an expression means: plans leave out keys that are not constants.

use super::names::{ends_in, is_text, plain_letters};
use super::references::Target;
use crate::address::parse::Part;
use crate::estate::plan::index::PlanIndex;
use crate::value::{Step, Str};

/// Which of the instances of a resource or module call are meant.
pub(in crate::estate::plan) struct ChosenInstances {
    pub(in crate::estate::plan) chosen: Vec<usize>,
    /// How many steps chose it.
    pub(in crate::estate::plan) taken: usize,
    /// The key of the instance around chose it.
    pub(in crate::estate::plan) by_own_key: bool,
}

impl ChosenInstances {
    pub(in crate::estate::plan) fn of<'k>(
        all: &[usize],
        key_of: impl Fn(&usize) -> Option<&'k Step>,
        is_repeated: bool,
        steps: &[Step],
        own: Option<&Step>,
    ) -> Self {
        let with_key = |key: &Step| {
            let found = all.binary_search_by(|at| key_of(at).cmp(&Some(key))).ok()?;
            all.get(found).copied()
        };
        if !is_repeated {
            // `[0]` of something without `count` is in modules that allow for both.
            let taken = usize::from(matches!(steps.first(), Some(Step::Index(0))));
            return Self { chosen: all.to_vec(), taken, by_own_key: false };
        }
        if let Some(first) = steps.first() {
            if let Some(exact) = with_key(first) {
                return Self { chosen: vec![exact], taken: 1, by_own_key: false };
            }
            if let Step::Index(index) = first {
                // Not there, or an index into a list that was made of a map.
                let by_name = all.iter().any(|at| matches!(key_of(at), Some(Step::Key(_))));
                let nth = usize::try_from(*index).ok().and_then(|index| all.get(index)).copied();
                let chosen = if by_name { nth.into_iter().collect() } else { Vec::new() };
                return Self { chosen, taken: 1, by_own_key: false };
            }
        }
        if let Some(own) = own {
            if let Some(same) = with_key(own) {
                return Self { chosen: vec![same], taken: 0, by_own_key: true };
            }
            // `element(x, count.index)` and `x[count.index % n]` start over at the end.
            if let Step::Index(index) = own
                && let Some(round) = u64::try_from(all.len()).ok().and_then(|count| index.checked_rem(count))
                && let Some(same) = with_key(&Step::Index(round))
            {
                return Self { chosen: vec![same], taken: 0, by_own_key: true };
            }
            // `main/a` and `main-a` start with the key of what they belong to.
            if let Step::Key(own) = own {
                let words = own.split(|c: char| !c.is_alphanumeric());
                let mut alike = words.filter_map(|word| with_key(&Step::Key(word.into())));
                if let (Some(only), None) = (alike.next(), alike.next()) {
                    return Self { chosen: vec![only], taken: 0, by_own_key: true };
                }
            }
        }
        Self { chosen: all.to_vec(), taken: 0, by_own_key: false }
    }
}

/// Of the names in an expression those that can be the part of its value at a path, and the path that is left.
///
/// `{ name = pool.a.name, id = pool.a.id }` at `.id` is `pool.a.id`; `[subnet.a.id, subnet.b.id]` at `[1]` is `subnet.b.id`.
pub(in crate::estate::plan) fn choose<'n, 's>(
    names: &'n [Vec<Part>],
    path: &'s [Step],
) -> (Vec<&'n [Part]>, &'s [Step]) {
    let all: Vec<&[Part]> = names.iter().filter(|parts| !is_key(parts)).map(Vec::as_slice).collect();
    let values: Vec<&[Part]> = all.iter().copied().filter(|parts| is_value(parts)).collect();
    if let Some(Step::Key(last)) = path.last() {
        let named: Vec<&[Part]> =
            values.iter().copied().filter(|parts| parts.last().and_then(Part::name) == Some(last)).collect();
        if !named.is_empty() && (values.len() > 1 || !is_plain(&all)) {
            return (named, &[]);
        }
    }
    if let Some(Step::Index(index)) = path.first()
        && all.len() > 1
        && values.len() == all.len()
        && let Some(nth) = usize::try_from(*index).ok().and_then(|index| all.get(index))
    {
        return (vec![nth], path.get(1..).unwrap_or_default());
    }
    (all, path)
}

/// `each.key` and `count.index`: they choose, and are no value that a part could be taken of.
pub(in crate::estate::plan) fn is_key(parts: &[Part]) -> bool {
    let root = parts.first().and_then(Part::name);
    let name = parts.get(1).and_then(Part::name);
    matches!((root, name), (Some("count"), _) | (Some("each"), Some("key")))
}

/// Whether it can be the key in brackets of which a plan only keeps the names.
pub(in crate::estate::plan) fn may_choose(parts: &[Part]) -> bool {
    is_key(parts) || parts.first().and_then(Part::name) == Some("each")
}

/// Whether it names a part of something, not a whole resource, module or variable.
fn is_value(parts: &[Part]) -> bool {
    let names = parts.iter().filter(|part| part.name().is_some()).count();
    match parts.first().and_then(Part::name) {
        Some("data" | "ephemeral") => names > 3,
        Some("path" | "terraform" | "local") => false,
        _ => names > 2,
    }
}

/// Whether an expression is just one variable: a path into it goes on in its value.
fn is_plain(names: &[&[Part]]) -> bool {
    matches!(names, [only] if matches!(only.first().and_then(Part::name), Some("var" | "each")))
}

impl PlanIndex<'_> {
    /// Of targets that a map may lead to, the one that is called like the key, if there is one: `orders = queue.orders.id`.
    pub(in crate::estate::plan) fn keep_alike(&self, targets: &mut Vec<Target>, key: &str) {
        let key = plain_letters(key);
        let likeness = |target: &Target| -> u8 {
            let Some(instance) = self.instances.get(target.instance) else { return 0 };
            let name = plain_letters(&instance.read.name);
            let attribute = match target.path.first() {
                Some(Step::Key(attribute)) => plain_letters(attribute),
                _ => String::new(),
            };
            if key == format!("{name}{attribute}") {
                3
            } else if key == name {
                2
            } else {
                u8::from(name.len() > 2 && key.contains(&name))
            }
        };
        let most = targets.iter().map(likeness).max().unwrap_or_default();
        if most > 0 && targets.iter().filter(|target| likeness(target) == most).count() == 1 {
            targets.retain(|target| likeness(target) == most);
        }
    }

    /// The outputs that may be meant where a plan names only a module: the one whose name goes with the attribute
    /// (`security_group_id` with `source_security_group_id`); in a text any of them.
    pub(in crate::estate::plan) fn outputs_for(&self, modules: &[usize], used_as: &str) -> Vec<Str> {
        let config =
            modules.first().and_then(|first| self.modules.get(*first)).and_then(|module| module.config);
        let Some(config) = config else { return Vec::new() };
        let names = || config.outputs.keys().map(|output| Str::from(*output));
        if is_text(used_as) {
            return names().collect();
        }
        let singular = used_as.strip_suffix('s').unwrap_or(used_as);
        let goes_with = |output: &Str| {
            [used_as, singular].into_iter().any(|name| ends_in(name, output) || ends_in(output, name))
        };
        let alike: Vec<Str> = names().filter(goes_with).collect();
        if alike.len() == 1 { alike } else { Vec::new() }
    }
}
