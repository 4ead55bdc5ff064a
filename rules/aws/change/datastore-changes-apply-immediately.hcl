rule "datastore-changes-apply-immediately" {
  summary   = "Changes of a store do not wait for its maintenance window"
  principle = "change"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    With `apply_immediately` left on, the next change of class, engine or parameter group restarts or fails over the store in the middle of the day,
    whoever applies it.
  MD
  fix       = "Leave `apply_immediately` out; set it for the one apply that cannot wait."
  notice    = "RDS events show a restart or a failover outside of the maintenance window, and `DatabaseConnections` drops to 0."
  prove     = "Change the instance class of a test copy with a client connected, and count the failed requests."
  references = [
    "Amazon RDS User Guide: Using the schedule modifications setting",
    "AWS Well-Architected REL08-BP04",
  ]

  locals {
    replica = is_replica(self)
  }

  for_each = resources("relational_database", "aws_elasticache_replication_group")
  unless   = local.replica
  when     = self.apply_immediately == true
  at       = "apply_immediately"
  message  = "the next change of `${self}` happens at once, and not in its maintenance window"

  edit "apply_immediately" {
    to = false
  }

  fails "left on" {
    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      apply_immediately = true
    }
  }

  passes "left out" {
    resource "aws_db_instance" "orders" {
      engine = "postgres"
    }
  }

  passes "switched off" {
    resource "aws_elasticache_replication_group" "carts" {
      replication_group_id = "carts"
      description          = "Carts"
      apply_immediately    = false
    }
  }

  passes "read replica" {
    resource "aws_db_instance" "reports" {
      replicate_source_db = "orders"
      apply_immediately   = true
    }
  }

  unknown "decided by a variable without default" {
    variable "immediately" { type = bool }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      apply_immediately = var.immediately
    }
  }
}
