rule "engine-support-ends-soon" {
  summary     = "Version leaves standard support within half a year"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A major version is tried, planned and moved to in months, not in days. After the date AWS charges extra, or upgrades when it suits it.
  MD
  fix         = "Plan the move to a newer version before the date."
  notice      = "AWS Health lists the end of support as a scheduled change of the resource."
  prove       = "Rehearse the upgrade on a restored copy now, and note how long it takes."
  references  = ["AWS Well-Architected REL08-BP05", "Amazon RDS User Guide: Using Amazon RDS Extended Support"]

  param "as_of" {
    default = "2026-06-03"
    doc     = "The day that support is judged for, as year-month-day: if it is not given, the day of the run (`--today`, else the clock). The table of versions is of this day."
  }

  param "days" {
    default = 183
    doc     = "How many days before the end of support to say so."
  }

  locals {
    today = "${param.as_of}T00:00:00Z"
    ends  = "${support_ends(self)}T00:00:00Z"
  }

  for_each = resources("release")
  unless   = support_ends(self) == null || is(self, "aws_ecs_service")
  when     = support_ends(self) != null && timecmp(local.ends, local.today) >= 0 && timecmp(local.ends, timeadd(local.today, "${param.days * 24}h")) < 0
  message  = "`${self}` runs ${release(self)}, whose standard support ends on ${support_ends(self)}"

  fails "in two months" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "mysql"
      engine_version = "8.0.40"
      instance_class = "db.r7g.large"
    }
  }

  passes "in some years" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "mysql"
      engine_version = "8.4.3"
      instance_class = "db.r7g.large"
    }
  }

  passes "over already: engine-support-ended" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "mysql"
      engine_version = "5.7.44"
      instance_class = "db.r7g.large"
    }
  }

  unknown "given by the caller" {
    variable "engine_version" { type = string }

    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "mysql"
      engine_version = var.engine_version
      instance_class = "db.r7g.large"
    }
  }
}
