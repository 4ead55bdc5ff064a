//! The model: what resource types are and how they connect, read from model files.
//!
//! All knowledge of a cloud comes in here as data: roles, sets of types, zones, copies and the meaning of references. Knows the
//! language of model files and nothing of any estate.

pub mod load;
pub mod schema;
mod text_form;

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

pub use crate::decode::Expression;
use crate::decode::{Choice, Spanned};
use crate::estate::Mode;
use crate::estate::ProviderFacts;
use crate::text::Span;
use crate::value::Str;
pub use text_form::TextForm;

/// Everything that model files say.
#[derive(Debug, Default)]
pub struct Model {
    /// What is said of resource types.
    pub types: FxHashMap<Str, TypeModel>,
    /// Sets of types by name; roles are sets too.
    pub sets: FxHashMap<Str, FxHashSet<Str>>,
    /// Links by the type that they start from, in source order.
    pub links: FxHashMap<Str, Vec<Link>>,
    /// Joins by the connecting type, in source order.
    pub joins: FxHashMap<Str, Vec<Join>>,
    /// Edges that conditions make, by the type that they start from, in source order.
    pub derived: FxHashMap<Str, Vec<Derived>>,
    /// The forms in which resources are written in texts.
    pub texts: Vec<TextForm>,
    /// The same forms by how they begin.
    forms: Vec<(Str, Vec<usize>)>,
    /// How those begin that may stand inside of a longer text.
    pub text_marks: Vec<Str>,
    /// What is known of values that providers give.
    pub facts: ProviderFacts,
    /// What resource types are beyond their attributes, by name.
    pub definitions: FxHashMap<Str, Definition>,
    /// What the files say that only the provider's schema can confirm.
    pub claims: Vec<Claim>,
    /// Providers whose schema is not at hand, as their types begin.
    pub unchecked: Vec<Str>,
    /// What losing one end of an edge does to the other, in source order.
    pub losses: Vec<Loss>,
}

/// What losing the target of an edge does to its source.
#[derive(Clone, Debug)]
pub struct Loss {
    /// What it does.
    pub effect: LossEffect,
    /// The kinds of edges that it is said of.
    pub kinds: Vec<EdgeKind>,
    /// The types of the node that is affected; empty for any.
    pub of: FxHashSet<Str>,
    /// The source is what is lost, and the target what is affected.
    pub reverse: bool,
}

/// That there is a type, or that a type has an attribute.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whether it is about resources, data sources, or either.
    pub modes: &'static [Mode],
    /// The type, a set or a role; empty where any type may have the attribute.
    pub type_: Str,
    /// The dotted path of the attribute; empty where only the type is named.
    pub path: Str,
    /// Where it is said.
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

/// What is said of a resource type.
#[derive(Clone, Debug, Default)]
pub struct TypeModel {
    /// Its role; `other` if none is said.
    pub role: Role,
    /// Whether traffic enters here.
    pub entry: Option<Expression>,
    /// The zones in which it stands.
    pub zones: Option<Expression>,
    /// How many of it there are.
    pub copies: Option<Expression>,
}

/// A name for something that several rules ask of a node: `is_replica(self)`.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// What it is for each resource type that it names.
    pub by_type: FxHashMap<Str, Expression>,
    /// What it is for any other node; null where this is absent.
    pub otherwise: Option<Expression>,
}

impl Definition {
    /// What it is for nodes of a type.
    #[must_use]
    pub fn of(&self, type_: &str) -> Option<&Expression> {
        self.by_type.get(type_).or(self.otherwise.as_ref())
    }

    /// Its expressions, each with the type that it is for.
    #[must_use]
    pub fn expressions(&self) -> Vec<(Option<&Str>, &Expression)> {
        let typed = sorted(&self.by_type).into_iter().map(|(type_, expression)| (Some(type_), expression));
        typed.chain(self.otherwise.iter().map(|expression| (None, expression))).collect()
    }
}

/// A reference that means something.
#[derive(Clone, Debug)]
pub struct Link {
    /// Names on the way to the value, through nested blocks and list elements.
    pub path: Vec<Str>,
    /// Types that it leads to; empty for any.
    pub to: FxHashSet<Str>,
    /// What it means.
    pub means: EdgeKind,
    /// The attribute of the target that a literal may equal.
    pub by: Option<Str>,
    /// The parts of the literal that are compared: the first groups of the matches of this pattern; the whole where it is absent.
    pub part: Option<Regex>,
    /// Where several targets have the name: attributes in which the one that is meant equals the resource.
    pub same: Vec<Str>,
    /// The edge points from the target to the resource.
    pub reverse: bool,
}

/// A resource that only connects two others.
#[derive(Clone, Debug)]
pub struct Join {
    /// Path to the references at which the edge starts.
    pub from: Vec<Str>,
    /// Path to the references to which it leads.
    pub to: Vec<Str>,
    /// What it means.
    pub means: EdgeKind,
    /// The condition under which it does.
    pub when: Option<Expression>,
}

/// Edges from each resource of a type to all that fulfil a condition.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The nodes that may be meant.
    pub to: Expression,
    /// Which of them, as `other`, are.
    pub when: Option<Expression>,
    /// What the edge means.
    pub means: EdgeKind,
}

/// Declares an enum whose variants have a name in files, with a way from and to that name.
macro_rules! named {
    ($what:literal, $(#[$doc:meta])* $type:ident { $($(#[doc = $meaning:literal])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[doc = $meaning])* $variant,)* }

        impl $type {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in model files and rules.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What it means, for the guide.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),*).trim_ascii()),* }
            }

            /// The one of that name.
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
        /// Where traffic comes in from outside.
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
        /// Names things.
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
        /// The source goes on, and its work waits
        Defers = "defers",
        /// The copies of the source that stand in the target's zone fail
        PerCopy = "per_copy",
    }
}

named! {
    "recovery",
    /// What brings a node back after a loss.
    Recovery {
        /// The provider keeps it going in the zones that are left
        Regional = "regional",
        /// A standby takes over, within seconds to minutes
        Failover = "failover",
        /// A controller starts it again in the zones that are left
        Relaunch = "relaunch",
        /// What is lost stays lost until somebody acts
        None = "none",
    }
}

named! {
    "kind of edge",
    /// What an edge means: a closed set, each described in `docs/writing-rules.md`.
    EdgeKind {
        /// Any reference; a model file names it for a name that is written instead of one
        Refers = "refers",
        /// compute, store, load balancer, endpoint, subnet group → subnet
        InSubnet = "in_subnet",
        /// subnet, security group, load balancer → network
        InNetwork = "in_network",
        /// subnet → the route table that it uses
        RoutedBy = "routed_by",
        /// route table → gateway, endpoint, interface
        RoutesTo = "routes_to",
        /// instance, node group, service → cluster or group
        MemberOf = "member_of",
        /// replica → source
        ReplicaOf = "replica_of",
        /// proxy → store
        Pools = "pools",
        /// DNS record → what it names
        ResolvesTo = "resolves_to",
        /// address → instance, gateway
        AttachedTo = "attached_to",
        /// distribution → origin
        OriginOf = "origin_of",
        /// listener → load balancer
        ListensOn = "listens_on",
        /// load balancer or listener → target group
        Forwards = "forwards",
        /// target group → what receives its traffic
        Registers = "registers",
        /// API → function, load balancer, queue
        Integrates = "integrates",
        /// service → task definition, launch template
        Runs = "runs",
        /// service → capacity
        RunsOn = "runs_on",
        /// group → template, image, parameter
        Uses = "uses",
        /// scaling target or policy → what it scales
        Scales = "scales",
        /// function → queue or stream it reads
        Consumes = "consumes",
        /// topic, bus rule, bucket, schedule → function it invokes without waiting
        AsyncInvokes = "async_invokes",
        /// caller → function or service it waits for
        Invokes = "invokes",
        /// producer → queue, topic, stream, bus
        Sends = "sends",
        /// compute → store
        ReadsWrites = "reads_writes",
        /// security group → security group it admits
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
        /// alarm → what it watches
        Watches = "watches",
        /// alarm → topic or action
        Notifies = "notifies",
        /// backup plan, selection → store
        Covers = "covers",
    }
}

/// A table in the order of its keys.
#[must_use]
pub fn sorted<T>(table: &FxHashMap<Str, T>) -> Vec<(&Str, &T)> {
    let mut rows: Vec<_> = table.iter().collect();
    rows.sort_by_key(|(key, _)| *key);
    rows
}

impl Model {
    /// What is said of a type.
    #[must_use]
    pub fn of(&self, type_: &str) -> Option<&TypeModel> {
        self.types.get(type_)
    }

    /// The forms that a text has, each with the name in it.
    pub fn forms_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'a TextForm, &'a str)> {
        let groups = self.forms.iter().filter(move |(start, _)| text.starts_with(start.as_str()));
        let forms = groups.flat_map(|(_, indices)| indices).filter_map(|index| self.texts.get(*index));
        forms.filter_map(move |form| Some((form, form.name_in(text)?)))
    }

    /// Makes what finds forms in texts.
    fn index_texts(&mut self) {
        for (index, form) in self.texts.iter().enumerate() {
            match self.forms.iter_mut().find(|(start, _)| start == form.start()) {
                Some((_, same)) => same.push(index),
                None => self.forms.push((form.start().into(), vec![index])),
            }
        }
        let marks = self.texts.iter().filter_map(|form| form.form.split_inclusive(':').next());
        let mut marks: Vec<Str> = marks.filter(|mark| mark.ends_with(':')).map(Str::from).collect();
        marks.sort();
        marks.dedup();
        self.text_marks = marks;
    }

    /// Whether a type is meant by a name: the type itself, a set or a role.
    #[must_use]
    pub fn means(&self, name: &str, type_: &str) -> bool {
        name == type_ || self.sets.get(name).is_some_and(|types| types.contains(type_))
    }
}
