rule "dynamodb-unprotected-from-deletion" {
  summary      = "DynamoDB table can be deleted by one call or plan"
  principle    = "recovery"
  severity     = "warning"
  since        = "2027.1"
  renamed_from = ["table-unprotected-from-deletion"]
  why          = <<-MD
    A change of key schema or name replaces the table, and its items go with it. With protection on, that plan fails
    instead.
  MD
  fix          = "Set `deletion_protection_enabled = true`."
  notice       = "CloudTrail shows `DeleteTable`, and requests fail with `ResourceNotFoundException`."
  prove        = "Call `delete-table` on a test copy: nothing refuses it."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Config dynamodb-table-deletion-protection-enabled",
    "Security Hub DynamoDB.6",
  ]

  for_each = resources("aws_dynamodb_table")
  unless   = keeps_nothing(self)
  when     = self.deletion_protection_enabled != true
  at       = "deletion_protection_enabled"
  message  = "`${self}` is deleted by any plan that replaces it"

  edit "deletion_protection_enabled" {
    to = true
  }

  fails "left out" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }
  }

  fails "switched off" {
    resource "aws_dynamodb_table" "orders" {
      name                        = "orders"
      hash_key                    = "id"
      deletion_protection_enabled = false
    }
  }

  passes "protected" {
    resource "aws_dynamodb_table" "orders" {
      name                        = "orders"
      hash_key                    = "id"
      deletion_protection_enabled = true
    }
  }

  passes "lock table of a Terraform backend" {
    resource "aws_dynamodb_table" "locks" {
      name     = "terraform-locks"
      hash_key = "LockID"
    }
  }

  passes "locks that expire" {
    resource "aws_dynamodb_table" "locks" {
      name     = "ingest-lock-table"
      hash_key = "id"

      ttl {
        enabled        = true
        attribute_name = "expires"
      }
    }
  }

  fails "what is named so and never expires" {
    resource "aws_dynamodb_table" "lockers" {
      name     = "lockers"
      hash_key = "id"
    }
  }

  unknown "decided by a variable without default" {
    variable "protect" { type = bool }

    resource "aws_dynamodb_table" "orders" {
      name                        = "orders"
      hash_key                    = "id"
      deletion_protection_enabled = var.protect
    }
  }
}
