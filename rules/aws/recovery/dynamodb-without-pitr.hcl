rule "dynamodb-without-pitr" {
  summary    = "DynamoDB table has no point-in-time recovery"
  principle  = "recovery"
  severity   = "error"
  since      = "0.1.0"
  why        = <<-MD
    A table has no other automatic backup. What a faulty release overwrites or deletes is gone.
  MD
  fix        = "Add `point_in_time_recovery { enabled = true }`."
  references = ["AWS Well-Architected REL09-BP03", "AWS Config dynamodb-pitr-enabled", "Security Hub DynamoDB.2"]

  locals {
    lock = self.hash_key == "LockID"
    # Items of such a table expire by themselves.
    transient = (
      self.ttl[0].enabled == true
      && can(regex("(?i)lock|cache|session|idempoten", self.name))
    )
    covered = in_backup_plan(self)
  }

  for_each = resources("aws_dynamodb_table")
  unless   = local.lock || local.transient || local.covered
  when     = self.point_in_time_recovery[0].enabled != true
  at       = "point_in_time_recovery"
  message  = "`${self}` cannot be brought back to an earlier state"

  fails "left out" {
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"
    }
  }

  fails "switched off" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled = false
      }
    }
  }

  passes "recovery on" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled = true
      }
    }
  }

  passes "lock table of a Terraform backend" {
    resource "aws_dynamodb_table" "locks" {
      name     = "terraform-locks"
      hash_key = "LockID"
    }
  }

  passes "sessions that expire" {
    resource "aws_dynamodb_table" "sessions" {
      name     = "sessions"
      hash_key = "id"

      ttl {
        enabled        = true
        attribute_name = "expires_at"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "recovery" { type = bool }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled = var.recovery
      }
    }
  }
}
