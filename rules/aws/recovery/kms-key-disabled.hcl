rule "kms-key-disabled" {
  summary     = "KMS key is disabled while something uses it"
  principle   = "recovery"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    What is encrypted with a disabled key can neither be read nor written: volumes do not attach, databases stop, backups cannot be restored.
  MD
  fix         = "Set `is_enabled = true`, or move its users to another key first."
  notice      = "Calls that need the key fail with `DisabledException`."
  prove       = "Read something that is encrypted with it in a test account."
  references = [
    "AWS KMS Developer Guide: Enable and disable keys",
    "AWS Well-Architected REL09-BP02",
    "AWS Trusted Advisor Amazon Comprehend Endpoint Access Risk",
  ]

  locals {
    # An alias, a policy or a grant reads nothing.
    users = [
      for u in referrers(self, "refers") : u
      if !is(u, "aws_kms_alias", "aws_kms_key_policy", "aws_kms_grant", "aws_iam_policy", "aws_iam_role_policy", "aws_iam_role")
    ]
  }

  for_each = resources("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")
  when     = default(self.is_enabled, self.enabled, true) == false && length(local.users) > 0
  at       = "is_enabled"
  message  = "`${self}` is disabled, and what `${local.users[0]}` keeps cannot be read"

  edit "is_enabled" {
    to   = true
    when = is(self, "aws_kms_key")
  }

  edit "enabled" {
    to   = true
    when = !is(self, "aws_kms_key")
  }

  label "uses it" {
    at = local.users
  }

  fails "key of a database" {
    resource "aws_kms_key" "orders" {
      description = "Data of orders"
      is_enabled  = false
    }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      storage_encrypted = true
      kms_key_id        = aws_kms_key.orders.arn
    }
  }

  passes "enabled" {
    resource "aws_kms_key" "orders" {
      description = "Data of orders"
    }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      storage_encrypted = true
      kms_key_id        = aws_kms_key.orders.arn
    }
  }

  passes "nothing uses it any more" {
    resource "aws_kms_key" "orders" {
      description = "Data of orders"
      is_enabled  = false
    }

    resource "aws_kms_alias" "orders" {
      name          = "alias/orders"
      target_key_id = aws_kms_key.orders.key_id
    }
  }

  unknown "decided by a variable without default" {
    variable "enabled" { type = bool }

    resource "aws_kms_key" "orders" {
      description = "Data of orders"
      is_enabled  = var.enabled
    }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      storage_encrypted = true
      kms_key_id        = aws_kms_key.orders.arn
    }
  }
}
