rule "rds-durability-weakened" {
  summary   = "Parameter group gives up committed data in a crash"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    With these settings the database says that a transaction is committed before it is on disk. A crash loses the last ones, which a client has been
    told are safe, and replicas go apart from their source.
  MD
  fix       = "Leave the parameter out: `innodb_flush_log_at_trx_commit` and `sync_binlog` are 1 then, and `synchronous_commit` is on."
  notice    = "After a restart `EngineUptime` is 0, and rows that were committed are missing."
  prove     = "Write numbered rows to a test copy, restart it with `aws:rds:reboot-db-instances`, and look for gaps."
  references = [
    "AWS Well-Architected REL13-BP02",
    "Amazon RDS User Guide: Troubleshooting a MySQL read replica problem",
    "AWS Trusted Advisor Amazon RDS innodb_flush_log_at_trx_commit parameter is not 1",
    "AWS Trusted Advisor Amazon RDS sync_binlog parameter is turned off",
    "AWS Trusted Advisor Amazon RDS synchronous_commit parameter is turned off",
  ]

  locals {
    weak = [
      for p in default(self.parameter, []) : "${p.name} = ${p.value}"
      if p.name == "innodb_flush_log_at_trx_commit" && p.value != "1"
      || p.name == "sync_binlog" && p.value == "0"
      || p.name == "synchronous_commit" && lower(p.value) == "off"
    ]
    # What only replicas use can be read again from their source.
    users    = referrers(self, "uses", "aws_db_instance")
    replicas = length(local.users) > 0 && alltrue([for u in local.users : is_replica(u)])
  }

  for_each = resources("aws_db_parameter_group", "aws_rds_cluster_parameter_group")
  unless   = local.replicas
  when     = length(local.weak) > 0
  at       = "parameter"
  message  = "with `${local.weak[0]}` a database of `${self}` loses transactions that it has confirmed when it crashes"

  label "uses it" {
    at = local.users
  }

  fails "MySQL flushes once a second" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.4"

      parameter {
        name  = "innodb_flush_log_at_trx_commit"
        value = "2"
      }
    }
  }

  fails "PostgreSQL does not wait" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres17"

      parameter {
        name  = "synchronous_commit"
        value = "off"
      }
    }
  }

  passes "other parameters" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.4"

      parameter {
        name  = "innodb_flush_log_at_trx_commit"
        value = "1"
      }

      parameter {
        name  = "max_connections"
        value = "500"
      }
    }
  }

  passes "only a replica uses it" {
    resource "aws_db_parameter_group" "replica" {
      name   = "replica"
      family = "mysql8.4"

      parameter {
        name  = "innodb_flush_log_at_trx_commit"
        value = "2"
      }
    }

    resource "aws_db_instance" "replica" {
      replicate_source_db  = "orders"
      parameter_group_name = aws_db_parameter_group.replica.name
    }
  }

  unknown "decided by a variable without default" {
    variable "flush" { type = string }

    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.4"

      parameter {
        name  = "innodb_flush_log_at_trx_commit"
        value = var.flush
      }
    }
  }
}
