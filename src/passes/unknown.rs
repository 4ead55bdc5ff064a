//! `--unknown ignore`: sets aside unknown verdicts. They are still counted.

use super::PassContext;
use crate::report::{Report, Status};
use crate::settings::UnknownPolicy;

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    if context.settings.unknown == UnknownPolicy::Ignore {
        report.unknown.iter_mut().for_each(|entry| entry.set_aside(Status::Ignored));
    }
}
