rule "keyspaces-without-pitr" {
  summary   = "Keyspaces table has no point-in-time recovery"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A table has no other automatic backup. What a faulty release overwrites, or who drops the table, cannot be undone.
  MD
  fix       = "Add `point_in_time_recovery { status = \"ENABLED\" }`."
  notice    = "The table's settings say that point-in-time recovery is disabled."
  prove     = "Delete rows in a test copy, and try to get them back."
  references = [
    "Amazon Keyspaces Developer Guide: Point-in-time recovery",
    "AWS Well-Architected REL09-BP03",
  ]

  locals {
    # Rows of such a table expire by themselves.
    transient = (
      default(self.default_time_to_live, 0) > 0
      || can(regex("(?i)lock|cache|session|idempoten", default(self.table_name, "")))
    )
    covered = is_marked_for_backup(self)
  }

  for_each = resources("aws_keyspaces_table")
  unless   = local.transient || local.covered
  when     = self.point_in_time_recovery[0].status != "ENABLED"
  at       = "point_in_time_recovery"
  message  = "`${self}` cannot be brought back to an earlier state"

  edit "point_in_time_recovery.status" {
    to = "ENABLED"
  }

  fails "left out" {
    resource "aws_keyspaces_table" "orders" {
      keyspace_name = "shop"
      table_name    = "orders"

      schema_definition {
        column {
          name = "id"
          type = "text"
        }

        partition_key {
          name = "id"
        }
      }
    }
  }

  passes "recovery on" {
    resource "aws_keyspaces_table" "orders" {
      keyspace_name = "shop"
      table_name    = "orders"

      schema_definition {
        column {
          name = "id"
          type = "text"
        }

        partition_key {
          name = "id"
        }
      }

      point_in_time_recovery {
        status = "ENABLED"
      }
    }
  }

  passes "rows that expire" {
    resource "aws_keyspaces_table" "carts" {
      keyspace_name        = "shop"
      table_name           = "carts"
      default_time_to_live = 86400

      schema_definition {
        column {
          name = "id"
          type = "text"
        }

        partition_key {
          name = "id"
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "recovery" { type = string }

    resource "aws_keyspaces_table" "orders" {
      keyspace_name = "shop"
      table_name    = "orders"

      schema_definition {
        column {
          name = "id"
          type = "text"
        }

        partition_key {
          name = "id"
        }
      }

      point_in_time_recovery {
        status = var.recovery
      }
    }
  }
}
