rule "ebs-snapshots-expire-early" {
  summary   = "Snapshot policy keeps snapshots for only a few days"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Damage to data is often noticed after a weekend. Snapshots that have expired by then are none. A policy that keeps a number of snapshots keeps
    them for that number of intervals.
  MD
  fix       = "Let one schedule of the policy keep snapshots for 7 days or more, by `count` or `interval` of its `retain_rule`."
  notice    = "The oldest snapshot is a few days old."
  prove     = "Damage a file on a copy, notice it two weeks later, and try to get it back."
  references = [
    "AWS Well-Architected REL09-BP03",
  ]

  param "minimum_days" {
    default = 7
    doc     = "Fewest days that snapshots must be kept."
  }

  locals {
    units = { DAYS = 1, WEEKS = 7, MONTHS = 30, YEARS = 365 }
    # How long each schedule keeps what it makes. A schedule by cron is taken for one of once a day.
    days = flatten([
      for d in default(self.policy_details, []) : [
        for s in default(d.schedule, []) : (
          s.retain_rule[0].interval != null
          ? s.retain_rule[0].interval * lookup(local.units, default(s.retain_rule[0].interval_unit, "DAYS"), 365)
          : default(s.retain_rule[0].count, 1000) * default(s.create_rule[0].interval, 24) / 24
        )
      ]
    ])
    short = length(local.days) > 0 && alltrue([for d in local.days : d < param.minimum_days])
  }

  for_each = resources("aws_dlm_lifecycle_policy")
  when     = local.short
  at       = "policy_details"
  message  = "`${self}` keeps snapshots for ${max(0, local.days...)} days, fewer than ${param.minimum_days}"

  fails "three snapshots, one a day" {
    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"

      policy_details {
        resource_types = ["VOLUME"]
        target_tags    = { class = "gold" }

        schedule {
          name = "daily"

          create_rule {
            interval = 24
          }

          retain_rule {
            count = 3
          }
        }
      }
    }
  }

  fails "two days, every six hours" {
    resource "aws_dlm_lifecycle_policy" "often" {
      description        = "often"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"

      policy_details {
        resource_types = ["VOLUME"]
        target_tags    = { class = "gold" }

        schedule {
          name = "often"

          create_rule {
            interval = 6
          }

          retain_rule {
            interval      = 2
            interval_unit = "DAYS"
          }
        }
      }
    }
  }

  passes "two weeks" {
    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"

      policy_details {
        resource_types = ["VOLUME"]
        target_tags    = { class = "gold" }

        schedule {
          name = "daily"

          create_rule {
            interval = 24
          }

          retain_rule {
            count = 14
          }
        }
      }
    }
  }

  passes "one schedule keeps a month" {
    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"

      policy_details {
        resource_types = ["VOLUME"]
        target_tags    = { class = "gold" }

        schedule {
          name = "hourly"

          create_rule {
            interval = 2
          }

          retain_rule {
            count = 12
          }
        }

        schedule {
          name = "daily"

          create_rule {
            cron_expression = "cron(0 3 * * ? *)"
          }

          retain_rule {
            interval      = 1
            interval_unit = "MONTHS"
          }
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "snapshots" { type = number }

    resource "aws_dlm_lifecycle_policy" "daily" {
      description        = "daily"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"

      policy_details {
        resource_types = ["VOLUME"]
        target_tags    = { class = "gold" }

        schedule {
          name = "daily"

          create_rule {
            interval = 24
          }

          retain_rule {
            count = var.snapshots
          }
        }
      }
    }
  }
}
