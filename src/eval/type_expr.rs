//! stub
use crate::{syntax::tree::*, value::{Value, Type, types::Constraint}, problem::Problem, eval::EvalResult};
/// stub
pub fn constraint(_t: &Tree, _e: ExprId, _d: &dyn Fn(ExprId) -> EvalResult<Value>) -> (Constraint, Vec<Problem>) { (Constraint { type_: Type::Dynamic, defaults: None }, vec![]) }
