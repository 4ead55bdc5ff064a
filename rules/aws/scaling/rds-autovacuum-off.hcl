rule "rds-autovacuum-off" {
  summary   = "PostgreSQL does not clean up: autovacuum is off"
  principle = "scaling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Rows that were changed or deleted stay in the tables, which grow and get slower with every update. PostgreSQL steps in only when its
    transaction numbers run short, and then vacuums everything at once, in the middle of the work.
  MD
  fix       = "Remove the parameter, or set it to 1; tune single tables where autovacuum is in the way."
  notice    = "`MaximumUsedTransactionIDs` climbs towards 2 billion."
  prove     = "Update rows in a loop in a test copy, and watch dead tuples in `pg_stat_user_tables`."
  references = [
    "AWS Well-Architected REL01-BP03",
    "AWS Trusted Advisor Amazon RDS autovacuum parameter is turned off",
    "AWS Trusted Advisor Amazon RDS track_counts parameter is turned off",
    "Amazon RDS: working with PostgreSQL autovacuum",
  ]

  locals {
    off = [
      for p in default(self.parameter, []) : p
      if contains(["autovacuum", "track_counts"], p.name) && contains(["0", "off", "false"], lower(tostring(p.value)))
    ]
    postgres = strcontains(default(self.family, "postgres"), "postgres")
  }

  for_each = resources("aws_db_parameter_group", "aws_rds_cluster_parameter_group")
  unless   = !local.postgres
  when     = length(local.off) > 0
  at       = "parameter"
  message  = "tables of databases with `${self}` grow with every update: `${local.off[0].name}` is off"

  fails "switched off" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres16"

      parameter {
        name  = "autovacuum"
        value = "0"
      }
    }
  }

  passes "tuned" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres16"

      parameter {
        name  = "autovacuum_max_workers"
        value = "6"
      }
    }
  }

  passes "another engine" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "autocommit"
        value = "0"
      }
    }
  }

  unknown "value is given by the caller" {
    variable "autovacuum" { type = string }

    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres16"

      parameter {
        name  = "autovacuum"
        value = var.autovacuum
      }
    }
  }
}
