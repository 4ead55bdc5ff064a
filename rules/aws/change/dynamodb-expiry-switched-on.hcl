rule "dynamodb-expiry-switched-on" {
  summary   = "Plan lets items of a table expire that stayed before"
  principle = "change"
  severity  = "warning"
  needs     = "plan"
  since     = "2027.1"
  why       = <<-MD
    DynamoDB deletes every item whose attribute holds a time of the last five years, those that were written before the switch as well. An attribute that was
    filled for another purpose, or in the past by mistake, empties the table within days.
  MD
  fix       = "Switch point-in-time recovery on before, and look at what the attribute holds in the items that are there."
  notice    = "`TimeToLiveDeletedItemCount` of the table rises from zero."
  prove     = "Switch expiry on for a copy of the table, and look after two days for items that the service still reads."
  references = [
    "Amazon DynamoDB Developer Guide: Using time to live (TTL)",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    was     = before(self)
    there   = local.was != null && action(self) == "update"
    on      = self.ttl[0].enabled == true && (local.was.ttl[0].enabled != true || local.was.ttl[0].attribute_name != self.ttl[0].attribute_name)
    covered = self.point_in_time_recovery[0].enabled == true || in_backup_plan(self)
  }

  for_each = resources("aws_dynamodb_table")
  unless   = local.covered
  when     = local.there && local.on
  at       = "ttl"
  message  = "items of `${self}` whose `${self.ttl[0].attribute_name}` lies in the past are deleted, and nothing brings them back"

  fails "switched on" {
    before {
      resource "aws_dynamodb_table" "orders" {
        name     = "orders"
        hash_key = "id"
      }
    }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      ttl {
        enabled        = true
        attribute_name = "valid_until"
      }
    }
  }

  passes "point-in-time recovery" {
    before {
      resource "aws_dynamodb_table" "orders" {
        name     = "orders"
        hash_key = "id"
      }
    }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      ttl {
        enabled        = true
        attribute_name = "valid_until"
      }

      point_in_time_recovery {
        enabled = true
      }
    }
  }

  passes "it was on before" {
    before {
      resource "aws_dynamodb_table" "sessions" {
        name     = "sessions"
        hash_key = "id"

        ttl {
          enabled        = true
          attribute_name = "expires_at"
        }
      }
    }

    resource "aws_dynamodb_table" "sessions" {
      name     = "sessions"
      hash_key = "id"
      tags     = { service = "login" }

      ttl {
        enabled        = true
        attribute_name = "expires_at"
      }
    }
  }

  passes "a new table" {
    before {}

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
    before {
      resource "aws_dynamodb_table" "orders" {
        name     = "orders"
        hash_key = "id"
      }
    }

    variable "expire" { type = bool }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      ttl {
        enabled        = var.expire
        attribute_name = "valid_until"
      }
    }
  }
}
