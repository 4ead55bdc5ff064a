//! The model: what resource types are and how they connect, read from model files.
//!
//! All knowledge of a cloud comes in here as data: roles, sets of types, zones, copies and the meaning of references. Knows the
//! language of model files and nothing of any estate.

pub mod load;

use std::sync::Arc;

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::estate::hcl::IdentityFacts;
use crate::syntax::tree::{ExprId, Tree};
use crate::value::Str;

/// An expression in a model or rule file.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The file.
    pub tree: Arc<Tree>,
    /// The expression in it.
    pub expr: ExprId,
}

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
    /// Which symbolic values differ.
    pub identities: IdentityFacts,
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
    /// The part of the literal that is compared: the first group of this pattern; the whole where it is absent.
    pub part: Option<Regex>,
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

/// Declares an enum whose variants have a name in files, with a way from and to that name.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$variant_doc])* $variant,)* }

        impl $type {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in model files and rules.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The one of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.name() == name)
            }
        }
    };
}

named! {
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
    /// What an edge means: a closed set, each described in `docs/writing-rules.md`.
    EdgeKind {
        /// Any reference.
        Refers = "refers",
        /// Stands in a subnet.
        InSubnet = "in_subnet",
        /// Stands in a network.
        InVpc = "in_vpc",
        /// Subnet uses a route table.
        Assoc = "assoc",
        /// Route table sends traffic to a gateway.
        RoutesTo = "routes_to",
        /// Part of a cluster or group.
        MemberOf = "member_of",
        /// Replica of a source.
        ReplicaOf = "replica_of",
        /// Proxy pools connections to a store.
        Pools = "pools",
        /// DNS record names a target.
        ResolvesTo = "resolves_to",
        /// Address belongs to an instance or gateway.
        Associates = "associates",
        /// Distribution fetches from an origin.
        OriginOf = "origin_of",
        /// Listener belongs to a load balancer.
        ListensOn = "listens_on",
        /// Traffic goes on to a target group.
        Forwards = "forwards",
        /// Target group hands traffic to compute.
        Registers = "registers",
        /// API calls a backend.
        Integrates = "integrates",
        /// Service runs a definition.
        Runs = "runs",
        /// Service runs on capacity.
        RunsOn = "runs_on",
        /// Uses a template, image or parameter group.
        Uses = "uses",
        /// Scales something.
        Scales = "scales",
        /// Reads from a queue or stream.
        Consumes = "consumes",
        /// Invokes without waiting.
        AsyncInvokes = "async_invokes",
        /// Invokes and waits.
        Invokes = "invokes",
        /// Sends messages.
        Sends = "sends",
        /// Reads or writes a store.
        ReadsWrites = "reads_writes",
        /// Security group admits another.
        Allows = "allows",
        /// Runs with a role.
        Assumes = "assumes",
        /// Role may use a resource.
        Grants = "grants",
        /// Mounts a file system.
        Mounts = "mounts",
        /// Failed messages go there.
        RedrivesTo = "redrives_to",
        /// Topic delivers to a subscriber.
        Subscribes = "subscribes",
        /// Companion resource of a subject.
        Configures = "configures",
        /// Logs go there.
        LogsTo = "logs_to",
        /// Alarm watches a component.
        Watches = "watches",
        /// Alarm notifies a topic or runs an action.
        Notifies = "notifies",
        /// Backup covers a store.
        Covers = "covers",
    }
}

impl Model {
    /// What is said of a type.
    #[must_use]
    pub fn of(&self, type_: &str) -> Option<&TypeModel> {
        self.types.get(type_)
    }

    /// Whether a type is meant by a name: the type itself, a set or a role.
    #[must_use]
    pub fn means(&self, name: &str, type_: &str) -> bool {
        name == type_ || self.sets.get(name).is_some_and(|types| types.contains(type_))
    }
}
