rule "rds-restarted-by-apply" {
  summary      = "Database goes down while the plan is applied"
  principle    = "change"
  severity     = "warning"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["database-restarted-by-apply"]
  why          = <<-MD
    With `apply_immediately` the change does not wait for the maintenance window. An instance without a standby is down while its class
    changes, and every instance is down for minutes while its engine is upgraded, standby or not.
  MD
  fix          = "Leave `apply_immediately` out, so that the maintenance window does it; or upgrade by a blue/green deployment (`blue_green_update`)."
  notice       = "RDS events show a restart during the apply, and `DatabaseConnections` drops to 0."
  prove        = "Run `aws:rds:reboot-db-instances` under load, and see how long clients take to come back."
  references = [
    "Amazon RDS User Guide: Using the schedule modifications setting",
    "AWS Well-Architected REL08-BP04",
  ]

  locals {
    upgraded = changed(self, "engine_version")
    resized  = is(self, "aws_db_instance") && changed(self, "instance_class") && self.multi_az != true && before(self).multi_az != true
    swapped  = self.blue_green_update[0].enabled == true
    replica  = is_replica(self)
    anew     = action(self) != "update" # a replacement is worse: datastore-replaced
  }

  for_each = resources("relational_database")
  unless   = local.swapped || local.replica || local.anew
  when     = self.apply_immediately == true && (local.upgraded || local.resized)
  at       = "apply_immediately"
  message  = "`${self}` is down in the middle of the apply: ${local.upgraded ? "its engine is upgraded" : "its class changes, and no standby takes over"}"

  fails "an engine upgraded at once" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        engine_version = "16.9"
        multi_az       = true
      }
    }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      engine_version    = "17.6"
      multi_az          = true
      apply_immediately = true
    }
  }

  fails "another class at once, without a standby" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        instance_class = "db.m7g.large"
        multi_az       = false
      }
    }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      instance_class    = "db.m7g.xlarge"
      multi_az          = false
      apply_immediately = true
    }
  }

  passes "another class, to which the standby fails over" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        instance_class = "db.m7g.large"
        multi_az       = true
      }
    }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      instance_class    = "db.m7g.xlarge"
      multi_az          = true
      apply_immediately = true
    }
  }

  passes "in the maintenance window" {
    before {
      resource "aws_rds_cluster" "orders" {
        engine         = "aurora-postgresql"
        engine_version = "16.6"
      }
    }

    resource "aws_rds_cluster" "orders" {
      engine         = "aurora-postgresql"
      engine_version = "17.4"
    }
  }

  passes "by a blue/green deployment" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "mysql"
        engine_version = "8.0.42"
      }
    }

    resource "aws_db_instance" "orders" {
      engine            = "mysql"
      engine_version    = "8.4.5"
      apply_immediately = true

      blue_green_update {
        enabled = true
      }
    }
  }

  passes "what changes needs no restart" {
    before {
      resource "aws_db_instance" "orders" {
        engine                  = "postgres"
        backup_retention_period = 7
        apply_immediately       = true
      }
    }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 14
      apply_immediately       = true
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        engine_version = "16.9"
      }
    }

    variable "engine_version" { type = string }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      engine_version    = var.engine_version
      apply_immediately = true
    }
  }
}
