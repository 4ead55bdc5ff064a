rule "rds-autovacuum-off" {
  summary   = "PostgreSQL does not clean up: autovacuum is off"
  principle = "scaling"
  severity  = "error"
  since     = "0.1.0"
  why       = <<-MD
    Tables and indexes grow with every update and get slower, until the database runs out of transaction numbers and refuses all
    writes. Bringing it back takes hours offline.
  MD
  fix       = "Remove the parameter, or set it to 1; tune single tables where autovacuum is in the way."
  references = [
    "Trusted Advisor: RDS autovacuum and track_counts parameters",
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
  message  = "databases with `${self}` are never cleaned up (`${local.off[0].name}`)"

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
