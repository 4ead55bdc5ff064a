rule "rds-replica-writable" {
  summary   = "Read replica accepts writes"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    What is written to a replica is nowhere else. It goes apart from its source until replication stops at the first conflict, and when the replica is
    promoted or made anew, one of the two versions is lost.
  MD
  fix       = "Leave `read_only` out of the replica's parameter group, and write to the source."
  notice    = "Rows exist on the replica that the primary does not have; replication stops with a duplicate key."
  prove     = "Write a row to a test replica, and let the primary write the same key."
  references = [
    "AWS Trusted Advisor Amazon RDS Read Replicas are open in writable mode",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    open     = anytrue([for p in default(self.parameter, []) : p.name == "read_only" && contains(["0", "off", "false"], lower(p.value))])
    replicas = [for u in referrers(self, "uses", "aws_db_instance") : u if is_replica(u)]
  }

  for_each = resources("aws_db_parameter_group")
  when     = local.open && length(local.replicas) > 0
  at       = "parameter"
  message  = "`${local.replicas[0]}` is a replica that accepts writes by `${self}`, and goes apart from its source"

  label "a replica" {
    at = local.replicas
  }

  fails "read_only switched off" {
    resource "aws_db_parameter_group" "reports" {
      name   = "reports"
      family = "mysql8.4"

      parameter {
        name  = "read_only"
        value = "0"
      }
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db  = "orders"
      parameter_group_name = aws_db_parameter_group.reports.name
    }
  }

  passes "left out" {
    resource "aws_db_parameter_group" "reports" {
      name   = "reports"
      family = "mysql8.4"
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db  = "orders"
      parameter_group_name = aws_db_parameter_group.reports.name
    }
  }

  passes "no replica" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.4"

      parameter {
        name  = "read_only"
        value = "0"
      }
    }

    resource "aws_db_instance" "orders" {
      engine               = "mysql"
      parameter_group_name = aws_db_parameter_group.orders.name
    }
  }

  unknown "decided by a variable without default" {
    variable "read_only" { type = string }

    resource "aws_db_parameter_group" "reports" {
      name   = "reports"
      family = "mysql8.4"

      parameter {
        name  = "read_only"
        value = var.read_only
      }
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db  = "orders"
      parameter_group_name = aws_db_parameter_group.reports.name
    }
  }
}
