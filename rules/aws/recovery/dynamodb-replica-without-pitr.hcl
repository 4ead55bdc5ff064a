rule "dynamodb-replica-without-pitr" {
  summary   = "Replica of a table has no point-in-time recovery"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Point-in-time recovery is switched on for each Region by itself. When the Region of the table is lost, the replica takes over without a way
    back from a faulty write.
  MD
  fix       = "Set `point_in_time_recovery = true` for the replica."
  notice    = "`describe-continuous-backups` in the replica's Region says DISABLED."
  prove     = "Try to restore the table in the replica's Region as if the first one were lost."
  references = [
    "AWS Well-Architected REL09-BP03",
    "checkov CKV_AWS_165",
  ]

  locals {
    replica = is(self, "aws_dynamodb_table_replica")
    table   = refs(self.global_table_arn, "aws_dynamodb_table")
    # What has no way back at home needs none abroad: dynamodb-without-pitr.
    home = (
      local.replica
      ? anytrue([for t in local.table : t.point_in_time_recovery[0].enabled == true])
      : self.point_in_time_recovery[0].enabled == true
    )
    bare = (
      local.replica
      ? default(self.point_in_time_recovery, false) == false
      : anytrue([for r in default(self.replica, []) : default(r.point_in_time_recovery, false) == false])
    )
  }

  for_each = resources("aws_dynamodb_table", "aws_dynamodb_table_replica")
  when     = local.home && local.bare
  at       = "replica"
  message  = local.replica ? "`${self}` cannot be brought back to an earlier state, as its table can" : "a replica of `${self}` cannot be brought back to an earlier state, as the table can"

  edit "point_in_time_recovery" {
    to   = true
    when = local.replica
  }

  edit "replica.point_in_time_recovery" {
    to   = true
    when = !local.replica
  }

  label "has point-in-time recovery" {
    at        = local.table
    attribute = "point_in_time_recovery"
  }

  fails "a block of the table" {
    resource "aws_dynamodb_table" "orders" {
      name             = "orders"
      billing_mode     = "PAY_PER_REQUEST"
      hash_key         = "id"
      stream_enabled   = true
      stream_view_type = "NEW_AND_OLD_IMAGES"

      point_in_time_recovery {
        enabled = true
      }

      replica {
        region_name = "eu-central-1"
      }
    }
  }

  fails "a resource of its own" {
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      point_in_time_recovery {
        enabled = true
      }
    }

    resource "aws_dynamodb_table_replica" "orders" {
      global_table_arn = aws_dynamodb_table.orders.arn
    }
  }

  passes "the replica has it too" {
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      point_in_time_recovery {
        enabled = true
      }

      replica {
        region_name            = "eu-central-1"
        point_in_time_recovery = true
      }
    }
  }

  passes "neither has it" {
    resource "aws_dynamodb_table" "sessions" {
      name         = "sessions"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      replica {
        region_name = "eu-central-1"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "recovery" { type = bool }

    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      point_in_time_recovery {
        enabled = true
      }

      replica {
        region_name            = "eu-central-1"
        point_in_time_recovery = var.recovery
      }
    }
  }
}
