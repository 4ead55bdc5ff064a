//! Reads model files.

use rustc_hash::FxHashSet;

use super::given::GivenNames;
use super::{
    Claim, DefinedAs, Derived, EdgeKind, Join, Link, LinkPattern, Lookup, Loss, LossEffect, Model,
    StateModel, TextForm, TypeModel, sorted,
};
use crate::decode::{Expression, Mistakes, NamedValues, OneOrMany, Section, Spanned, dotted};
use crate::estate::{DataFacts, DistinctList, DocumentLayout, Mode, PlacedElement};
use crate::value::Str;

const RESOURCE: [Mode; 1] = [Mode::Managed];
const DATA: [Mode; 1] = [Mode::Data];
/// Resources and data sources: both refer to others and are referred to.
const EITHER: [Mode; 2] = [Mode::Managed, Mode::Data];

impl Model {
    /// Reads the blocks of the model from sections of files, and leaves other blocks alone. A wrong block is reported and left out.
    #[must_use]
    pub fn load(files: &mut [Section<'_>], mistakes: &Mistakes) -> Self {
        let (model, names) = Self::read(files);
        names.check(&model, mistakes);
        model
    }

    /// As [`load`](Self::load), for files that tests have checked.
    #[must_use]
    pub fn load_checked(files: &mut [Section<'_>]) -> Self {
        Self::read(files).0
    }

    fn read(files: &mut [Section<'_>]) -> (Self, GivenNames) {
        let (mut model, mut names) = (Self::default(), GivenNames::default());
        // Links refer to sets, so sets and roles come first.
        for file in files.iter_mut() {
            for section in file.blocks("resource", "a `resource` block of the model", &["the resource type"])
            {
                names.types.push(section.label_spanned(0));
                model.resource(section);
            }
            for section in file.blocks("set", "a set", &["its name"]) {
                names.sets.push(section.label_spanned(0));
                model.set(section);
            }
            for section in
                file.blocks("data", "a `data` block of the model", &["the type of the data source"])
            {
                model.data(section);
            }
            for section in file.blocks("module", "a description of a module", &["its source"]) {
                model.module(section);
            }
            for section in file.blocks("searched", "`searched`", &[]) {
                model.searched(section);
            }
            for mut section in file.blocks("identity", "`identity`", &[]) {
                let foreign = model.of_types(&mut section, "foreign");
                foreign.iter().for_each(|attribute| model.facts.add_foreign(attribute));
                let attributes = model.attributes(section, "attributes");
                model.facts.unique.extend(attributes);
            }
            for section in file.blocks("present", "`present`", &[]) {
                let attributes = model.attributes(section, "attributes");
                model.facts.present.extend(attributes);
            }
            for section in file.blocks("begins", "`begins`", &["the beginning of the values"]) {
                model.begins(section);
            }
            for mut section in file.blocks("filled", "`filled`", &[]) {
                // No claims: nested blocks have such attributes too, and claims only cover the first level of the schema.
                model.facts.filled.extend(section.required::<Vec<Str>>("attributes").unwrap_or_default());
                section.finish();
            }
            for mut section in file.blocks("unchecked", "`unchecked`", &[]) {
                model.unchecked.extend(section.required::<Vec<Str>>("providers").unwrap_or_default());
                section.finish();
            }
        }
        // The name of a definition is also a set: the types that it covers.
        for file in files.iter_mut() {
            for section in file.blocks("define", "a definition", &["its name"]) {
                model.define(section, &mut names);
            }
        }
        names.subjects.retain(|named| !model.sets.contains_key(&named.value));
        for (name, definition) in sorted(&model.definitions) {
            model.sets.entry(name.clone()).or_default().extend(definition.by_type.keys().cloned());
        }
        for file in files {
            for section in file.blocks("computed", "`computed`", &["the resource type"]) {
                model.computed(section);
            }
            for section in
                file.blocks("link", "a link", &["the type it starts from", "the path to its value"])
            {
                model.link(section);
            }
            for section in file.blocks("join", "a join", &["the connecting resource type"]) {
                model.join(section);
            }
            for section in file.blocks("edge", "an edge", &["the type it starts from"]) {
                model.edge(section);
            }
            for section in file.blocks("placed", "`placed`", &["the resource type"]) {
                model.placed(section);
            }
            for mut section in file.blocks("view", "a view", &["its name"]) {
                let kinds = section.required("kinds").unwrap_or_default();
                model.views.push((section.label(0), kinds));
                section.finish();
            }
            for section in file.blocks("loss", "a loss", &["what it does"]) {
                model.loss(section);
            }
            for section in file.blocks("edit", "an edit", &["the resource type", "the attribute"]) {
                model.edit(section);
            }
            for section in file.blocks("replacement", "a replacement", &["the resource type"]) {
                model.replacement(section);
            }
            for section in file.blocks("addition", "an addition", &["the resource type", "what is added"]) {
                model.addition(section);
            }
            for section in file.blocks("text", "a text", &["the resource type"]) {
                model.text(section);
            }
            for section in file.blocks("lookup", "a lookup", &["the type of the data source"]) {
                model.lookup(section);
            }
            for section in file.blocks("state", "a type of states", &["the type of the backend"]) {
                model.state(section);
            }
            for section in file.blocks("outputs", "a reader of outputs", &["the type of the data source"]) {
                model.take_outputs(section);
            }
            for section in file.blocks("function", "a function", &["the source of the provider", "the name"])
            {
                model.function(section);
            }
            for section in file.blocks("namespace", "a namespace", &["the start of resource types"]) {
                model.take_namespace(section);
            }
        }
        model.index_texts();
        (model, names)
    }

    fn resource(&mut self, mut section: Section<'_>) {
        let type_ = section.label_spanned(0);
        let model = TypeModel {
            role: section.optional("role").unwrap_or_default(),
            entry: section.optional("entry"),
            zones: section.optional("zones"),
            copies: section.optional("copies"),
        };
        section.finish();
        self.sets.entry(model.role.name().into()).or_default().insert(type_.value.clone());
        self.types.insert(type_.value.clone(), model);
        self.claims.push(Claim::of_type(&RESOURCE, &type_));
    }

    fn set(&mut self, mut section: Section<'_>) {
        let types: Vec<Spanned<Str>> = section.required("types").unwrap_or_default();
        self.claims.extend(types.iter().map(|type_| Claim::of_type(&EITHER, type_)));
        let set = self.sets.entry(section.label(0)).or_default();
        set.extend(types.into_iter().map(|type_| type_.value));
        section.finish();
    }

    fn data(&mut self, mut section: Section<'_>) {
        let type_ = section.label_spanned(0);
        let distinct: Vec<Spanned<Str>> = section.optional("distinct").unwrap_or_default();
        let at_least: Option<usize> = section.optional("at_least");
        let narrowed_by: Vec<Spanned<Str>> = section.optional("narrowed_by").unwrap_or_default();
        let keeps_all: Vec<Str> = section.optional("keeps_all").unwrap_or_default();
        let answers: Option<Expression> = section.optional("answers");
        let documents: Option<Expression> = section.optional("documents");
        let order: Vec<Vec<Str>> = section.optional("order").unwrap_or_default();
        let indents: Option<NamedValues<usize>> = section.optional("indents");
        section.finish();
        self.claims.push(Claim::of_type(&DATA, &type_));
        self.claims.extend(narrowed_by.iter().map(|name| Claim::attribute(&DATA, &type_.value, name)));
        let facts = DataFacts {
            narrowed_by: narrowed_by.into_iter().map(|name| name.value).collect(),
            keeps_all: keeps_all
                .iter()
                .filter_map(|set| set.split_once('=').map(|(name, value)| (name.into(), value.into())))
                .collect(),
            answers,
            documents,
            layout: DocumentLayout {
                order,
                indents: indents
                    .map(|own| own.0.into_iter().map(|(name, indent)| (name.value, indent.value)).collect())
                    .unwrap_or_default(),
            },
        };
        self.facts.data.insert(type_.value.clone(), facts);
        for attribute in distinct {
            self.claims.push(Claim::attribute(&DATA, &type_.value, &attribute));
            self.facts.distinct.push(DistinctList {
                type_: type_.value.clone(),
                attribute: attribute.value,
                at_least: at_least.unwrap_or(0),
            });
        }
    }

    fn placed(&mut self, mut section: Section<'_>) {
        let type_ = section.label_spanned(0);
        let element: Option<Spanned<Str>> = section.required("element");
        let zone: Option<Spanned<Str>> = section.required("zone");
        let zones: Option<Spanned<Str>> = section.required("zones");
        section.finish();
        self.claims.push(Claim::of_type(&RESOURCE, &type_));
        let (Some(element), Some(zone), Some(zones)) = (element, zone, zones) else { return };
        self.claims.push(Claim::attribute(&RESOURCE, &type_.value, &element));
        self.claims.push(Claim::attribute(&RESOURCE, &type_.value, &zone));
        let (zones_of, zones_in) = zones.value.split_once('.').unwrap_or(("", &zones.value));
        let list = Spanned { value: zones_in.into(), span: zones.span };
        self.claims.push(Claim::attribute(&DATA, &zones_of.into(), &list));
        self.facts.placed = Some(PlacedElement {
            type_: type_.value,
            element: element.value,
            zone: zone.value,
            zones_of: zones_of.into(),
            zones_in: list.value,
        });
    }

    fn computed(&mut self, mut section: Section<'_>) {
        let of = section.label_spanned(0);
        let answers: Option<Expression> = section.required("answers");
        section.finish();
        self.claims.push(Claim::of_type(&RESOURCE, &of));
        let Some(answers) = answers else { return };
        for type_ in self.expand(&of.value) {
            self.facts.computed.insert(type_, answers.clone());
        }
    }

    /// Reads names of attributes that any type may have.
    fn attributes(&mut self, mut section: Section<'_>, name: &'static str) -> Vec<Str> {
        let attributes: Vec<Spanned<Str>> = section.required(name).unwrap_or_default();
        section.finish();
        let claims = attributes.iter().map(|attribute| Claim::attribute(&EITHER, &Str::default(), attribute));
        self.claims.extend(claims);
        attributes.into_iter().map(|attribute| attribute.value).collect()
    }

    /// Reads search arguments of data sources: `type.argument`.
    fn searched(&mut self, mut section: Section<'_>) {
        let arguments: Vec<Spanned<Str>> = section.required("arguments").unwrap_or_default();
        section.finish();
        for argument in arguments {
            let (type_, path) = argument.value.split_once('.').unwrap_or(("", &argument.value));
            let path = Spanned { value: path.into(), span: argument.span };
            self.claims.push(Claim::attribute(&DATA, &type_.into(), &path));
            self.facts.searched.insert(argument.value);
        }
    }

    /// Reads how strings that the provider makes begin.
    fn begins(&mut self, mut section: Section<'_>) {
        let beginning = section.label(0);
        let attributes = self.of_types(&mut section, "attributes");
        section.finish();
        attributes.iter().for_each(|attribute| self.facts.add_beginning(attribute, &beginning));
    }

    /// Reads attributes of any type, or of one as `type.attribute`.
    fn of_types(&mut self, section: &mut Section<'_>, name: &'static str) -> Vec<Str> {
        let attributes: Vec<Spanned<Str>> = section.optional(name).unwrap_or_default();
        for attribute in &attributes {
            let (type_, path) = attribute.value.split_once('.').unwrap_or(("", &attribute.value));
            let path = Spanned { value: path.into(), span: attribute.span };
            self.claims.push(Claim::attribute(&EITHER, &type_.into(), &path));
        }
        attributes.into_iter().map(|attribute| attribute.value).collect()
    }

    fn define(&mut self, mut section: Section<'_>, names: &mut GivenNames) {
        let name = section.label_spanned(0);
        if names.sets.iter().any(|set| set.value == name.value) {
            section.mistake(
                "decode/duplicate",
                name.span,
                format!("`{}` is already the name of a set", name.value),
            );
        }
        let of: Option<OneOrMany<Spanned<Str>>> = section.optional("of");
        let is: Option<Expression> = section.required("is");
        section.finish();
        let Some(is) = is.map(DefinedAs::from) else { return };
        let Some(OneOrMany(of)) = of else {
            names.defined.push(Spanned { value: (name.value.clone(), None), span: name.span });
            self.definitions.entry(name.value).or_default().otherwise = Some(is);
            return;
        };
        for named in of {
            self.claims.push(Claim::of_type(&EITHER, &named));
            names.subjects.push(named.clone());
            for type_ in self.expand(&named.value) {
                let covered = (name.value.clone(), Some(type_.clone()));
                names.defined.push(Spanned { value: covered, span: named.span });
                let definition = self.definitions.entry(name.value.clone()).or_default();
                definition.by_type.insert(type_, is.clone());
            }
        }
    }

    fn link(&mut self, mut section: Section<'_>) {
        let (from, at) = (section.label_spanned(0), section.label_spanned(1));
        let to: Option<OneOrMany<Spanned<Str>>> = section.optional("to");
        let means: Option<EdgeKind> = section.required("means");
        let by: Option<Spanned<Str>> = section.optional("by");
        let part = section.optional::<Spanned<Str>>("part").map(LinkPattern::from);
        let keys = section.optional::<Spanned<Str>>("keys").map(LinkPattern::from);
        self.patterns.extend(part.iter().chain(&keys).cloned());
        let same: Vec<Spanned<Str>> = section.optional("same").unwrap_or_default();
        let reverse = section.optional("reverse").unwrap_or(false);
        let within = section.optional("within").unwrap_or_default();
        section.finish();
        let to = to.map_or_else(Vec::new, |OneOrMany(types)| types);
        self.claims.push(Claim::of_type(&EITHER, &from));
        self.claims.push(Claim::attribute(&EITHER, &from.value, &at));
        for type_ in &to {
            self.claims.push(Claim::of_type(&EITHER, type_));
            if let Some(by) = &by {
                self.claims.push(Claim::attribute(&EITHER, &type_.value, by));
            }
        }
        for attribute in &same {
            self.claims.push(Claim::attribute(&EITHER, &from.value, attribute));
        }
        let Some(means) = means else { return };
        let link = Link {
            path: dotted(&at.value),
            to: to.iter().flat_map(|type_| self.expand(&type_.value)).collect::<FxHashSet<_>>(),
            means,
            by: by.map(|by| by.value),
            part,
            same: same.into_iter().map(|attribute| attribute.value).collect(),
            reverse,
            within,
            keys,
            span: from.span,
        };
        for from in self.expand(&from.value) {
            self.links.entry(from).or_default().push(link.clone());
        }
    }

    fn join(&mut self, mut section: Section<'_>) {
        let type_ = section.label_spanned(0);
        let from: Option<Spanned<Str>> = section.required("from");
        let to: Option<Spanned<Str>> = section.required("to");
        let means = section.required("means");
        let when = section.optional("when");
        section.finish();
        self.claims.push(Claim::of_type(&EITHER, &type_));
        for end in from.iter().chain(&to) {
            self.claims.push(Claim::attribute(&EITHER, &type_.value, end));
        }
        let (Some(from), Some(to), Some(means)) = (from, to, means) else { return };
        let join = Join { from: dotted(&from.value), to: dotted(&to.value), means, when };
        self.joins.entry(type_.value).or_default().push(join);
    }

    fn edge(&mut self, mut section: Section<'_>) {
        let from = section.label_spanned(0);
        let to: Option<Expression> = section.required("to");
        let means: Option<EdgeKind> = section.required("means");
        let when: Option<Expression> = section.optional("when");
        section.finish();
        self.claims.push(Claim::of_type(&EITHER, &from));
        let (Some(to), Some(means)) = (to, means) else { return };
        for type_ in self.expand(&from.value) {
            let derived = Derived { to: to.clone(), when: when.clone(), means };
            self.derived.entry(type_).or_default().push(derived);
        }
    }

    fn loss(&mut self, mut section: Section<'_>) {
        let effect = section.label_spanned(0);
        let kinds: Vec<EdgeKind> = section.required("kinds").unwrap_or_default();
        let mut types = |name| {
            let types: Option<OneOrMany<Spanned<Str>>> = section.optional(name);
            types.map(|OneOrMany(types)| types).unwrap_or_default()
        };
        let (of, except) = (types("of"), types("except"));
        let reverse = section.optional("reverse").unwrap_or(false);
        let Some(known) = LossEffect::from_name(&effect.value) else {
            let words: Vec<&str> = LossEffect::ALL.iter().map(|effect| effect.name()).collect();
            let message =
                format!("`{}` is not an effect of a loss: use one of {}", effect.value, words.join(", "));
            section.mistake("decode/value", effect.span, message);
            section.finish();
            return;
        };
        section.finish();
        self.claims.extend(of.iter().chain(&except).map(|type_| Claim::of_type(&RESOURCE, type_)));
        let expanded =
            |types: &[Spanned<Str>]| types.iter().flat_map(|type_| self.expand(&type_.value)).collect();
        let (of, except) = (expanded(&of), expanded(&except));
        self.losses.push(Loss { effect: known, kinds, of, except, reverse });
    }

    fn text(&mut self, mut section: Section<'_>) {
        let type_ = section.label_spanned(0);
        let name: Option<Spanned<Str>> = section.required("name");
        let forms: Vec<Str> = section.required("forms").unwrap_or_default();
        section.finish();
        self.claims.push(Claim::of_type(&RESOURCE, &type_));
        let Some(name) = name else { return };
        self.claims.push(Claim::attribute(&RESOURCE, &type_.value, &name));
        let types: FxHashSet<Str> = self.expand(&type_.value).into_iter().collect();
        for form in forms {
            self.texts.push(TextForm::new(types.clone(), name.value.clone(), form));
        }
    }

    fn lookup(&mut self, mut section: Section<'_>) {
        let type_ = section.label_spanned(0);
        let of: Option<Str> = section.optional("of");
        let by: Vec<Spanned<Str>> = section.optional("by").unwrap_or_default();
        let tags: Option<Spanned<Str>> = section.optional("tags");
        let lists: Vec<Spanned<Str>> = section.optional("lists").unwrap_or_default();
        let filters: Vec<Spanned<Str>> = section.optional("filters").unwrap_or_default();
        let made_by: Vec<Spanned<Str>> = section.optional("made_by").unwrap_or_default();
        let has_own: bool = section.optional("has_own").unwrap_or_default();
        let gives: Vec<Spanned<Str>> = section.optional("gives").unwrap_or_default();
        let secret: Vec<Str> = section.optional("secret").unwrap_or_default();
        section.finish();
        let of = of.unwrap_or_else(|| type_.value.clone());
        self.claims.push(Claim::of_type(&DATA, &type_));
        let pair = |by: &Spanned<Str>| {
            let (argument, attribute) = by.value.split_once('=').unwrap_or((&by.value, &by.value));
            (Str::from(argument), Str::from(attribute))
        };
        let pairs = |spelled: &[Spanned<Str>]| spelled.iter().map(pair).collect::<Vec<(Str, Str)>>();
        for spelled in by.iter().chain(&lists) {
            let (argument, attribute) = pair(spelled);
            let at = |value: Str| Spanned { value, span: spelled.span };
            self.claims.push(Claim::attribute(&DATA, &type_.value, &at(argument)));
            self.claims.push(Claim::attribute(&RESOURCE, &of, &at(attribute)));
        }
        self.claims.extend(tags.iter().map(|name| Claim::attribute(&DATA, &type_.value, name)));
        self.claims.extend(gives.iter().map(|name| Claim::attribute(&DATA, &type_.value, name)));
        let gives = gives.into_iter().map(|name| name.value).collect();
        self.claims.extend(filters.iter().map(|name| Claim::attribute(&RESOURCE, &of, name)));
        self.claims.extend(made_by.iter().map(|type_| Claim::of_type(&RESOURCE, type_)));
        let tags = tags.map_or_else(|| "tags".into(), |tags| tags.value);
        let values = |spanned: Vec<Spanned<Str>>| spanned.into_iter().map(|one| one.value).collect();
        let (filters, made_by) = (values(filters), values(made_by));
        let (by, lists) = (pairs(&by), pairs(&lists));
        self.lookups
            .insert(type_.value, Lookup { of, by, tags, lists, filters, made_by, has_own, gives, secret });
    }

    fn state(&mut self, mut section: Section<'_>) {
        let backend = section.label(0);
        let is: Option<Str> = section.optional("is");
        let by: Option<Vec<Str>> = section.required("by");
        let defaults: Vec<Str> = section.optional("defaults").unwrap_or_default();
        let is_path: bool = section.optional("is_path").unwrap_or_default();
        section.finish();
        let set = |text: &Str| text.split_once('=').map(|(name, value)| (name.into(), value.into()));
        let defaults = defaults.iter().filter_map(set).collect();
        if let Some(by) = by {
            let is = is.unwrap_or_else(|| backend.clone());
            self.states.insert(backend, StateModel { is, by, defaults, is_path });
        }
    }

    /// The types that a name stands for: a type itself, or the types of a set or role.
    #[must_use]
    pub fn expand(&self, name: &str) -> Vec<Str> {
        match self.sets.get(name) {
            Some(types) => {
                let mut types: Vec<Str> = types.iter().cloned().collect();
                types.sort();
                types
            }
            None => vec![name.into()],
        }
    }
}
