rule "rds-major-version-changed" {
  summary   = "Plan upgrades a database to another major version in place"
  principle = "change"
  severity  = "warning"
  needs     = "plan"
  since     = "2027.1"
  why       = <<-MD
    The database is down for as long as the upgrade lasts, minutes to hours, and cannot go back: a version that turns out too slow or too different
    means a restore and the loss of what was written since.
  MD
  fix       = "Upgrade by a blue/green deployment (`blue_green_update`), or try it on a restored snapshot and take one right before."
  notice    = "`EngineUptime` falls to 0 at the apply, and `DatabaseConnections` is 0 until the upgrade is done."
  prove     = "Upgrade a restored copy first, and measure the time and the plans of the ten heaviest statements."
  references = [
    "Amazon RDS User Guide: Upgrading a DB instance engine version",
    "AWS Well-Architected REL08-BP04",
  ]

  locals {
    was    = split(".", default(before(self).engine_version, ""))
    is     = split(".", default(self.engine_version, ""))
    engine = default(self.engine, before(self).engine, "")
    # The first number is the major version, with MySQL and its relatives the first two.
    one     = can(regex("postgres|oracle|sqlserver|db2", local.engine)) || length(local.is) < 2 || length(local.was) < 2
    another = local.was[0] != local.is[0] || !local.one && local.was[1] != local.is[1]

    swapped = self.blue_green_update[0].enabled == true
    replica = is_replica(self)
    anew    = action(self) != "update"
  }

  for_each = resources("relational_database")
  unless   = local.swapped || local.replica || local.anew
  when = (
    changed(self, "engine_version") && default(before(self).engine_version, "") != "" && default(self.engine_version, "") != ""
    && local.another
  )
  at      = "engine_version"
  message = "`${self}` goes from version ${before(self).engine_version} to ${self.engine_version}, is down meanwhile, and cannot go back"

  fails "PostgreSQL 16 to 17" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        engine_version = "16.9"
      }
    }

    resource "aws_db_instance" "orders" {
      engine                      = "postgres"
      engine_version              = "17.5"
      allow_major_version_upgrade = true
    }
  }

  fails "MySQL 8.0 to 8.4" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "mysql"
        engine_version = "8.0.42"
      }
    }

    resource "aws_db_instance" "orders" {
      engine                      = "mysql"
      engine_version              = "8.4.5"
      allow_major_version_upgrade = true
    }
  }

  passes "a minor version" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        engine_version = "16.8"
      }
    }

    resource "aws_db_instance" "orders" {
      engine         = "postgres"
      engine_version = "16.9"
    }
  }

  passes "blue/green deployment" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        engine_version = "16.9"
      }
    }

    resource "aws_db_instance" "orders" {
      engine                      = "postgres"
      engine_version              = "17.5"
      allow_major_version_upgrade = true

      blue_green_update {
        enabled = true
      }
    }
  }

  passes "it is new" {
    before {}

    resource "aws_db_instance" "orders" {
      engine         = "postgres"
      engine_version = "17.5"
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        engine_version = "16.9"
      }
    }

    variable "postgres_version" { type = string }

    resource "aws_db_instance" "orders" {
      engine         = "postgres"
      engine_version = var.postgres_version
    }
  }
}
