//! The model: what resource types are and how they connect, read from model files.
//!
//! All knowledge of a cloud is data that enters here: roles, sets of types, zones, copies and the meaning of references. This module
//! knows the language of model files and nothing of any estate.

mod edits;
mod functions;
mod given;
mod landscape;
mod link_pattern;
pub mod load;
mod loss;
mod meanings;
pub mod schema;
mod text_form;

use rustc_hash::{FxHashMap, FxHashSet};

pub use crate::decode::Expression;
use crate::decode::{Choice, Spanned};
use crate::estate::Mode;
use crate::estate::ProviderFacts;
use crate::text::Span;
use crate::value::Str;
pub use edits::{AttributeChange, Edit, EditChange};
pub use landscape::{Lookup, NamePlace, Namespace, OutputsModel, StateModel};
pub use link_pattern::LinkPattern;
pub use loss::Loss;
use text_form::FormGroup;
pub use text_form::{FormCharacter, NAME_GAP, TextForm};

/// The contents of model files.
#[derive(Debug, Default)]
pub struct Model {
    /// Facts about resource types.
    pub types: FxHashMap<Str, TypeModel>,
    /// Sets of types by name; a role is a set too.
    pub sets: FxHashMap<Str, FxHashSet<Str>>,
    /// Links by the type that they start from, in source order.
    pub links: FxHashMap<Str, Vec<Link>>,
    /// Joins by the joining type, in source order.
    pub joins: FxHashMap<Str, Vec<Join>>,
    /// Edges from conditions, by the type that they start from, in source order.
    pub derived: FxHashMap<Str, Vec<Derived>>,
    /// The text forms of resources.
    pub texts: Vec<TextForm>,
    /// The text forms by their literal start.
    forms: Vec<FormGroup>,
    /// The starts of text forms that may occur inside a longer text.
    pub text_marks: Vec<Str>,
    /// Facts about values that providers return.
    pub facts: ProviderFacts,
    /// What the names of resources are unique in, by the prefix of their types.
    pub namespaces: FxHashMap<Str, Namespace>,
    /// What tells one state from another, by the type of the backend.
    pub states: FxHashMap<Str, StateModel>,
    /// Data sources that tell the outputs of a state by arguments of their own, by their type.
    pub outputs: FxHashMap<Str, OutputsModel>,
    /// Data sources that read a resource, by their type.
    pub lookups: FxHashMap<Str, Lookup>,
    /// Definitions by name.
    pub definitions: FxHashMap<Str, Definition>,
    /// Statements that only the schema of the provider can confirm.
    pub claims: Vec<Claim>,
    /// The patterns of all links, for the check that they are some.
    pub patterns: Vec<LinkPattern>,
    /// Type prefixes of providers whose schema is not available.
    pub unchecked: Vec<Str>,
    /// What losing one end of an edge does to the other, in source order.
    pub losses: Vec<Loss>,
    /// What makes a node take a loss better, by its type, in source order.
    pub edits: FxHashMap<Str, Vec<Edit>>,
    /// Attributes whose change makes the provider replace the resource, as dotted paths, by its type.
    pub replacements: FxHashMap<Str, Vec<Str>>,
    /// What pictures of a graph show, by name: the kinds of edges of each view, in source order.
    pub views: Vec<(Str, Vec<EdgeKind>)>,
}

/// The claim that a type exists, or that a type has an attribute.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whether it is about resources, data sources or either.
    pub modes: &'static [Mode],
    /// The type, set or role; empty if any type may have the attribute.
    pub type_: Str,
    /// The dotted path of the attribute; empty if the claim is about the type only.
    pub path: Str,
    /// The place of the claim.
    pub span: Span,
}

impl Claim {
    fn of_type(modes: &'static [Mode], type_: &Spanned<Str>) -> Self {
        Self { modes, type_: type_.value.clone(), path: Str::default(), span: type_.span }
    }

    fn attribute(modes: &'static [Mode], type_: &Str, path: &Spanned<Str>) -> Self {
        Self { modes, type_: type_.clone(), path: path.value.clone(), span: path.span }
    }
}

/// Facts about a resource type.
#[derive(Clone, Debug, Default)]
pub struct TypeModel {
    /// The role; `other` by default.
    pub role: Role,
    /// Whether traffic enters here.
    pub entry: Option<Expression>,
    /// The zones in which an instance stands.
    pub zones: Option<Expression>,
    /// The number of copies of an instance.
    pub copies: Option<Expression>,
}

/// A named question about a node that several rules ask: `is_replica(self)`.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// The answer for each resource type that the definition names.
    pub by_type: FxHashMap<Str, DefinedAs>,
    /// The answer for any other node; null if absent.
    pub otherwise: Option<DefinedAs>,
}

/// What a definition says of nodes.
#[derive(Clone, Debug)]
pub struct DefinedAs {
    pub is: Expression,
    /// Whether it may differ between the nodes of one type: it mentions `self` or `provider`.
    pub is_per_node: bool,
}

impl From<Expression> for DefinedAs {
    fn from(is: Expression) -> Self {
        Self { is_per_node: is.mentions("self") || is.mentions("provider"), is }
    }
}

impl Definition {
    /// The answer for nodes of a type.
    #[must_use]
    pub fn of(&self, type_: &str) -> Option<&DefinedAs> {
        self.by_type.get(type_).or(self.otherwise.as_ref())
    }

    /// All answers, each with its type.
    #[must_use]
    pub fn expressions(&self) -> Vec<(Option<&Str>, &Expression)> {
        let typed = sorted(&self.by_type).into_iter().map(|(type_, answer)| (Some(type_), &answer.is));
        typed.chain(self.otherwise.iter().map(|answer| (None, &answer.is))).collect()
    }
}

/// A reference with a meaning.
#[derive(Clone, Debug)]
pub struct Link {
    /// The path to the value, through nested blocks and list elements.
    pub path: Vec<Str>,
    /// The types of targets; empty for any type.
    pub to: FxHashSet<Str>,
    /// The kind of the edge.
    pub means: EdgeKind,
    /// The attribute of the target that a literal has to equal.
    pub by: Option<Str>,
    /// A pattern whose first group, in each match, is the part of the literal that is compared; without it the whole literal is
    /// compared.
    pub part: Option<LinkPattern>,
    /// If several targets have the name: the attributes in which the right one equals the resource.
    pub same: Vec<Str>,
    /// Whether the edge points from the target to the resource.
    pub reverse: bool,
    /// In a document: the keys of its objects below which the value counts; all if there are none.
    pub within: Vec<Str>,
    /// In a map: the keys under which a bare text may be the name of a target. Under other keys it is none.
    pub keys: Option<LinkPattern>,
    /// The place of the link.
    pub span: Span,
}

impl std::fmt::Display for Link {
    /// All that it says, in one order: two links that are shown alike are the same.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut to: Vec<&str> = self.to.iter().map(Str::as_str).collect();
        to.sort_unstable();
        let to = if to.is_empty() { "anything".to_owned() } else { to.join(", ") };
        let way = if self.reverse { "←" } else { "→" };
        write!(out, "{} {} {way} {to}", self.path.join("."), self.means.name())?;
        let by = self.by.iter().map(Str::as_str).chain(self.part.iter().map(|part| part.text.as_str()));
        let rest = by.chain(self.same.iter().map(Str::as_str)).chain(self.within.iter().map(Str::as_str));
        let rest = rest.chain(self.keys.iter().map(|keys| keys.text.as_str()));
        rest.into_iter().try_for_each(|part| write!(out, ", {part}"))
    }
}

/// A resource that only connects two others.
#[derive(Clone, Debug)]
pub struct Join {
    /// The path to the references at which the edge starts.
    pub from: Vec<Str>,
    /// The path to the references at which the edge ends.
    pub to: Vec<Str>,
    /// The kind of the edge.
    pub means: EdgeKind,
    /// The condition for the edge.
    pub when: Option<Expression>,
}

/// Edges from each resource of a type to all nodes that satisfy a condition.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The candidates.
    pub to: Expression,
    /// The condition on a candidate, which is `other`.
    pub when: Option<Expression>,
    /// The kind of the edge.
    pub means: EdgeKind,
}

/// Declares an enum whose variants have names in files, and conversions from and to these names.
macro_rules! named {
    ($what:literal, $(#[$doc:meta])* $type:ident { $($(#[doc = $meaning:literal])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[doc = $meaning])* $variant,)* }

        impl $type {
            /// All variants, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in model files and rules.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The meaning, for the guide.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),*).trim_ascii()),* }
            }

            /// The variant with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.name() == name)
            }
        }

        impl Choice for $type {
            const WHAT: &'static str = $what;

            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn word(self) -> &'static str {
                self.name()
            }
        }
    };
}

named! {
    "role",
    /// What a resource does in an architecture.
    Role {
        /// Traffic enters here from outside.
        Entry = "entry",
        /// Distributes traffic.
        Ingress = "ingress",
        /// Runs code.
        Compute = "compute",
        /// Holds messages for one consumer.
        Queue = "queue",
        /// Holds an ordered log of messages.
        Stream = "stream",
        /// Hands messages to subscribers.
        Topic = "topic",
        /// Routes events by rules.
        Bus = "bus",
        /// Keeps data.
        Datastore = "datastore",
        /// Keeps copies of data.
        Cache = "cache",
        /// Carries traffic.
        Network = "network",
        /// Resolves names.
        Dns = "dns",
        /// Watches, records or alerts.
        Observer = "observer",
        /// Grants rights.
        Identity = "identity",
        /// Anything else.
        Other = "other",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that declares the enum cannot mark a default")]
impl Default for Role {
    fn default() -> Self {
        Self::Other
    }
}

named! {
    "effect of a loss",
    /// What losing the target of an edge does to its source.
    LossEffect {
        /// The source fails with the target
        Needs = "needs",
        /// The source fails once all targets of the same kind have failed
        Any = "any",
        /// The source keeps running, and its work for each failed target waits
        Defers = "defers",
        /// The source keeps running, and its work waits once all targets of the same kind have failed
        AnyDefers = "any_defers",
        /// The source hands its work over, and is refused once a target is down
        HandsOver = "hands_over",
        /// The copies of the source in the target's zone fail
        PerCopy = "per_copy",
        /// The source may fail with the target: nothing says whether it needs it
        May = "may",
        /// The target takes over, after an interruption, once all targets that the source needs one of have failed
        StandsIn = "stands_in",
        /// The target tells what the source is: the source needs what the target needs, and goes on without the target itself
        DescribedBy = "described_by",
        /// The source keeps running, and once its copies are gone nothing starts it again without the target
        ToStart = "to_start",
    }
}

impl LossEffect {
    /// Whether one of several targets is enough.
    #[must_use]
    pub const fn does_one_do(self) -> bool {
        matches!(self, Self::Any | Self::AnyDefers | Self::PerCopy)
    }
}

named! {
    "recovery",
    /// What brings a node back after a loss.
    Recovery {
        /// The provider keeps it running in the remaining zones
        Regional = "regional",
        /// A standby takes over, within seconds to minutes
        Failover = "failover",
        /// A controller restarts it in the remaining zones
        Relaunch = "relaunch",
        /// One copy takes what is written, and stays lost until somebody promotes another
        Promotion = "promotion",
        /// It stays lost until somebody restores it
        None = "none",
    }
}

named! {
    "kind of edge",
    /// What an edge means: a closed set, each described in `docs/writing-rules.md`.
    EdgeKind {
        /// any reference; model files use it for a literal name in place of a reference
        Refers = "refers",
        /// compute, store, load balancer, endpoint, subnet group → subnet
        InSubnet = "in_subnet",
        /// subnet, security group, load balancer → network
        InNetwork = "in_network",
        /// subnet → the route table that it uses
        RoutedBy = "routed_by",
        /// route table → gateway, endpoint, interface
        RoutesTo = "routes_to",
        /// compute → endpoint by which its calls of a service leave its network
        CallsThrough = "calls_through",
        /// instance, node group, service → cluster or group
        MemberOf = "member_of",
        /// replica → source
        ReplicaOf = "replica_of",
        /// proxy → store
        Proxies = "proxies",
        /// DNS record → its target
        ResolvesTo = "resolves_to",
        /// DNS record → what answers in its place once its own target fails
        FallsBackTo = "falls_back_to",
        /// address → instance, gateway
        AttachedTo = "attached_to",
        /// distribution → origin
        FetchesFrom = "fetches_from",
        /// listener → load balancer
        ListensOn = "listens_on",
        /// load balancer or listener → target group
        Forwards = "forwards",
        /// target group → the target of its traffic
        Targets = "targets",
        /// API → function, load balancer, queue
        Integrates = "integrates",
        /// service → task definition, launch template
        Runs = "runs",
        /// service → capacity
        RunsOn = "runs_on",
        /// group → template, image, parameter
        Uses = "uses",
        /// service, group → image, role, secret, gateway that counts when a copy starts
        StartsWith = "starts_with",
        /// scaling target or policy → the resource that it scales
        Scales = "scales",
        /// function → queue or stream that it reads
        Consumes = "consumes",
        /// topic, bus rule, bucket, schedule → function that it invokes without waiting
        AsyncInvokes = "async_invokes",
        /// caller → function or service that it waits for
        Invokes = "invokes",
        /// producer → queue, topic, stream, bus
        Sends = "sends",
        /// compute → store
        ReadsWrites = "reads_writes",
        /// compute → store or service that its security groups or its role let it call, or that a list of addresses or a login speaks of: that it calls is possible only
        MayCall = "may_call",
        /// security group → security group that it admits
        Allows = "allows",
        /// compute → role
        Assumes = "assumes",
        /// role → resource
        Grants = "grants",
        /// compute → file system
        Mounts = "mounts",
        /// queue, function, target, subscription → its dead-letter queue or failure destination
        RedrivesTo = "redrives_to",
        /// topic → subscriber
        Subscribes = "subscribes",
        /// companion resource → its subject
        Configures = "configures",
        /// component → log group, bucket
        LogsTo = "logs_to",
        /// alarm → the resource that it watches
        Watches = "watches",
        /// alarm → topic or action
        Notifies = "notifies",
        /// backup plan, selection → store
        Covers = "covers",
    }
}

/// The rows of a table, sorted by key.
#[must_use]
pub fn sorted<T>(table: &FxHashMap<Str, T>) -> Vec<(&Str, &T)> {
    let mut rows: Vec<_> = table.iter().collect();
    rows.sort_by_key(|(key, _)| *key);
    rows
}

impl Model {
    /// The facts about a type.
    #[must_use]
    pub fn of(&self, type_: &str) -> Option<&TypeModel> {
        self.types.get(type_)
    }

    /// Whether the model says anything of a type: what it is, or that it links or joins others.
    #[must_use]
    pub fn mentions(&self, type_: &str) -> bool {
        self.types.contains_key(type_)
            || self.links.contains_key(type_)
            || self.joins.contains_key(type_)
            || self.derived.contains_key(type_)
            || self.sets.values().any(|set| set.contains(type_))
    }

    /// The text forms that a text has, each with the name in the text.
    pub fn forms_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'a TextForm, &'a str)> {
        let forms = self.forms.iter().flat_map(|group| group.candidates(text));
        let forms = forms.filter_map(|index| self.texts.get(index));
        forms.filter_map(move |form| Some((form, form.name_in(text)?)))
    }

    /// Builds the index of text forms.
    fn index_texts(&mut self) {
        for (index, form) in self.texts.iter().enumerate() {
            let known = self.forms.iter().position(|group| group.is_of(form));
            let at = known.unwrap_or(self.forms.len());
            if known.is_none() {
                self.forms.push(FormGroup::of(form));
            }
            if let Some(group) = self.forms.get_mut(at) {
                group.add(index, form);
            }
        }
        let marks = self.texts.iter().filter_map(|form| form.form.split_inclusive(':').next());
        let mut marks: Vec<Str> = marks.filter(|mark| mark.ends_with(':')).map(Str::from).collect();
        marks.sort();
        marks.dedup();
        self.text_marks = marks;
    }

    /// Whether a name covers a type: it is the type itself, or a set or role that contains it.
    #[must_use]
    pub fn means(&self, name: &str, type_: &str) -> bool {
        name == type_ || self.sets.get(name).is_some_and(|types| types.contains(type_))
    }
}
