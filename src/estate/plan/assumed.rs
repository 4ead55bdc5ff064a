//! Answers what a plan leaves unknown with what people assume: of an attribute of a resource that the plan shows, or of a data source that
//! it has not read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::estate::assumed_list::AssumedLists;
use crate::estate::symbolic::symbolic;
use crate::estate::{AssumedValues, Assumption, AssumptionUse, Estate, Instance, ProviderFacts, Symbol};
use crate::value::{Entries, Kind, Sequence, Step, Str, SymbolId, Unknown, Value};

/// The estate of a plan with assumptions in place of what is not known.
#[must_use]
pub fn answered(mut estate: Estate, assumptions: &AssumedValues, facts: &ProviderFacts) -> Estate {
    if assumptions.is_empty() {
        return estate;
    }
    let instances = std::mem::take(&mut estate.instances);
    let mut answers = PlanAnswers {
        estate: &estate,
        assumptions,
        facts,
        uses: BTreeMap::new(),
        lists: AssumedLists::default(),
        symbols: Vec::new(),
    };
    for (name, value) in &estate.variables {
        answers.note(&ecow::eco_format!("var.{name}"), value);
    }
    let mut all: Vec<Instance> = Vec::with_capacity(instances.len());
    for instance in instances {
        let body = answers.body(&instance);
        all.push(match body {
            Some(body) => Instance { body, ..instance },
            None => instance,
        });
    }
    let PlanAnswers { uses, symbols, lists, .. } = answers;
    estate.assumed = uses.into_iter().collect();
    estate.symbols.extend(symbols);
    all.extend(lists.instances);
    super::sort(&mut all);
    estate.instances = all;
    estate
}

struct PlanAnswers<'a> {
    estate: &'a Estate,
    assumptions: &'a AssumedValues,
    facts: &'a ProviderFacts,
    uses: BTreeMap<usize, AssumptionUse>,
    lists: AssumedLists,
    /// Further symbols: of what stands in the assumed zones.
    symbols: Vec<Symbol>,
}

impl PlanAnswers<'_> {
    /// The body of an instance with answers; `None` if nothing in it is answered.
    fn body(&mut self, instance: &Instance) -> Option<Arc<Entries>> {
        let mut items: Option<Vec<(Str, Value)>> = None;
        for (at, (name, value)) in instance.body.items.iter().enumerate() {
            let own = ecow::eco_format!("{}.{name}", instance.address.text());
            self.note(&own, value);
            let answer = match &value.kind {
                Kind::Unknown(unknown) if self.assumptions.of(&own).is_some() => {
                    self.assumed(&own, unknown, &[]).map(|answer| answer.with_marks_of(value))
                }
                _ => self.answer(value),
            };
            if let Some(answer) = answer
                && let Some((_, item)) = items.get_or_insert_with(|| instance.body.items.to_vec()).get_mut(at)
            {
                *item = answer;
            }
        }
        items.map(|items| Arc::new(Entries { items: items.into(), ..(*instance.body).clone() }))
    }

    /// Notes that a value about which something is assumed is known.
    fn note(&mut self, address: &str, value: &Value) {
        let Some((index, assumption)) = self.assumptions.of(address) else { return };
        if value.as_unknown().is_none() && !value.is_null() {
            let noted = self.uses.entry(index).or_default();
            noted.is_known = true;
            noted.is_contradicted |= !assumption.agrees_with(value);
        }
    }

    /// A value with answers; `None` if nothing in it is answered.
    fn answer(&mut self, value: &Value) -> Option<Value> {
        let answered = match &value.kind {
            Kind::Unknown(unknown) => {
                let origin = unknown.origin.as_ref()?;
                let (first, rest) = origin.path.split_first()?;
                let Step::Key(name) = first else { return None };
                let address = ecow::eco_format!("{}.{name}", self.estate.symbol(origin.symbol)?.address);
                self.assumed(&address, unknown, rest)?
            }
            Kind::Object(entries) => Kind::Object(self.entries(entries)?).into(),
            Kind::Map(entries) => Kind::Map(self.entries(entries)?).into(),
            Kind::List(sequence) => Kind::List(self.sequence(sequence)?).into(),
            Kind::Set(sequence) => Kind::Set(self.sequence(sequence)?).into(),
            Kind::Tuple(sequence) => Kind::Tuple(self.sequence(sequence)?).into(),
            _ => return None,
        };
        Some(answered.with_marks_of(value))
    }

    fn entries(&mut self, entries: &Entries) -> Option<Arc<Entries>> {
        let answers: Vec<Option<Value>> = entries.items.iter().map(|(_, item)| self.answer(item)).collect();
        if answers.iter().all(Option::is_none) {
            return None;
        }
        let items = entries.items.iter().zip(answers);
        let items = items.map(|((key, item), answer)| (key.clone(), answer.unwrap_or_else(|| item.clone())));
        Some(Arc::new(Entries { items: items.collect(), ..entries.clone() }))
    }

    fn sequence(&mut self, sequence: &Sequence) -> Option<Arc<Sequence>> {
        let answers: Vec<Option<Value>> = sequence.items.iter().map(|item| self.answer(item)).collect();
        if answers.iter().all(Option::is_none) {
            return None;
        }
        let items = sequence.items.iter().zip(answers);
        let items = items.map(|(item, answer)| answer.unwrap_or_else(|| item.clone())).collect();
        Some(Arc::new(Sequence { items, ..sequence.clone() }))
    }

    /// What is assumed of an unknown value that has this address, or of the part of it to which a path leads.
    fn assumed(&mut self, address: &str, unknown: &Unknown, path: &[Step]) -> Option<Value> {
        let (index, assumption) = self.assumptions.of(address)?;
        let whole = match &assumption.value {
            Some(said) => said.clone(),
            None => Value::tuple(self.elements((index, assumption), unknown, path)?),
        };
        let part = path.iter().try_fold(&whole, |value, step| match step {
            Step::Key(key) => value.as_entries()?.get(key),
            Step::Index(at) => value.as_sequence()?.items.get(usize::try_from(*at).ok()?),
        })?;
        self.uses.entry(index).or_default().is_used = true;
        Some(match (&unknown.origin, &assumption.value) {
            (Some(origin), Some(_)) => symbolic(part, origin),
            _ => part.clone(),
        })
    }

    /// The elements that are assumed of the list from which the path to an unknown value began.
    fn elements(
        &mut self,
        assumption: (usize, &Assumption),
        unknown: &Unknown,
        path: &[Step],
    ) -> Option<Vec<Value>> {
        let mut list = unknown.clone();
        if let Some(origin) = &mut list.origin {
            let origin = Arc::make_mut(origin);
            origin.path.truncate(origin.path.len().saturating_sub(path.len()));
        }
        let (estate, symbols) = (self.estate, &mut self.symbols);
        let mut add = |symbol: Symbol| {
            let id =
                SymbolId::new(estate.time, estate.symbols.len() + symbols.len()).in_estate(estate.number);
            symbols.push(symbol);
            id
        };
        self.lists.elements(assumption, self.facts.placed.as_ref(), &list, &mut add)
    }
}
