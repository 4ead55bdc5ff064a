//! Chooses what a name in an expression refers to: plans leave out keys that are not constants.

use super::names::{ends_in, is_text, plain_letters};
use super::references::Target;
use crate::address::parse::Part;
use crate::estate::plan::index::PlanIndex;
use crate::value::{Step, Str};

/// The instances of a resource or module call that a reference may mean.
pub(in crate::estate::plan) struct ChosenInstances {
    pub(in crate::estate::plan) chosen: Vec<usize>,
    /// The number of steps that were used as keys.
    pub(in crate::estate::plan) taken: usize,
    /// Whether the key of the enclosing instance was used.
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
            // Modules that support both forms write `[0]` even for a resource without `count`.
            let taken = usize::from(matches!(steps.first(), Some(Step::Index(0))));
            return Self { chosen: all.to_vec(), taken, by_own_key: false };
        }
        if let Some(first) = steps.first() {
            if let Some(exact) = with_key(first) {
                return Self { chosen: vec![exact], taken: 1, by_own_key: false };
            }
            if let Step::Index(index) = first {
                // No instance has this key, or it is an index into a list that was made from a map.
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
            // `element(x, count.index)` and `x[count.index % n]` wrap around at the end.
            if let Step::Index(index) = own
                && let Some(round) = u64::try_from(all.len()).ok().and_then(|count| index.checked_rem(count))
                && let Some(same) = with_key(&Step::Index(round))
            {
                return Self { chosen: vec![same], taken: 0, by_own_key: true };
            }
            // A key such as `main/a` or `main-a` contains the key of the instance it belongs to.
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

/// The names in an expression that can be the part of its value at a path, and the rest of the path.
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

/// Whether a reference is `each.key` or `count.index`: these select something, and have no parts.
pub(in crate::estate::plan) fn is_key(parts: &[Part]) -> bool {
    let root = parts.first().and_then(Part::name);
    let name = parts.get(1).and_then(Part::name);
    matches!((root, name), (Some("count"), _) | (Some("each"), Some("key")))
}

/// Whether a reference can be the key in brackets, of which a plan keeps only the name.
pub(in crate::estate::plan) fn may_choose(parts: &[Part]) -> bool {
    is_key(parts) || parts.first().and_then(Part::name) == Some("each")
}

/// Whether a reference names a part of something, not a whole resource, module or variable.
fn is_value(parts: &[Part]) -> bool {
    let names = parts.iter().filter(|part| part.name().is_some()).count();
    match parts.first().and_then(Part::name) {
        Some("data" | "ephemeral") => names > 3,
        Some("path" | "terraform" | "local") => false,
        _ => names > 2,
    }
}

/// Whether an expression is a single variable: a path into it then continues in the variable's value.
fn is_plain(names: &[&[Part]]) -> bool {
    matches!(names, [only] if matches!(only.first().and_then(Part::name), Some("var" | "each")))
}

impl PlanIndex<'_> {
    /// Keeps only the target whose name matches the key of a map best, if there is exactly one: `orders = queue.orders.id`.
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

    /// The outputs that a reference to a whole module may mean: those whose name matches the attribute (`security_group_id` for
    /// `source_security_group_id`); in a text any of them.
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
