rule "dynamodb-without-pitr" {
  summary   = "DynamoDB table has no point-in-time recovery"
  principle = "recovery"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    A table has no other automatic backup. What a faulty release overwrites or deletes is gone.
  MD
  fix       = "Add `point_in_time_recovery { enabled = true }`."
  notice    = "`describe-continuous-backups` says DISABLED."
  prove     = "Delete items in a test copy, and try to get them back."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config dynamodb-pitr-enabled",
    "AWS Config dynamodb-in-backup-plan",
    "Security Hub DynamoDB.2",
    "Security Hub DynamoDB.4",
    "AWS Trusted Advisor Amazon DynamoDB Point-in-time Recovery",
    "AWS Trusted Advisor Amazon DynamoDB Table Not Included in Backup Plan",
    "checkov CKV_AWS_28",
    "trivy AWS-0024, aws-dynamodb-enable-recovery",
  ]

  locals {
    passing = keeps_nothing(self)
    covered = in_backup_plan(self)
  }

  for_each = resources("aws_dynamodb_table")
  unless   = local.passing || local.covered
  when     = self.point_in_time_recovery[0].enabled != true
  at       = "point_in_time_recovery"
  message  = "`${self}` cannot be brought back to an earlier state"

  edit "point_in_time_recovery.enabled" {
    to = true
  }

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

  passes "a backup selection takes it by its tag" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { backup = "daily" }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  passes "a backup selection takes it by a tag of the provider" {
    provider "aws" {
      region = "eu-west-1"

      default_tags {
        tags = { backup = "daily" }
      }
    }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { team = "orders" }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  fails "its own tag wins over that of the provider" {
    provider "aws" {
      region = "eu-west-1"

      default_tags {
        tags = { backup = "daily" }
      }
    }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { backup = "never" }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  fails "the tag is that of another configuration of the provider" {
    provider "aws" {
      region = "eu-west-1"
    }

    provider "aws" {
      alias  = "tagged"
      region = "eu-west-1"

      default_tags {
        tags = { backup = "daily" }
      }
    }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  fails "a backup selection takes those with another tag" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { backup = "never" }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  passes "a backup selection takes all tables" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = ["arn:aws:dynamodb:*:*:table/*"]
    }
  }

  fails "a backup selection leaves it out" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_backup_selection" "daily" {
      name          = "daily"
      plan_id       = "daily"
      iam_role_arn  = "arn:aws:iam::111122223333:role/backup"
      resources     = ["*"]
      not_resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders"]
    }
  }

  passes "a backup selection takes what its condition says" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { backup = "daily-copies" }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = ["*"]

      condition {
        string_like {
          key   = "aws:ResourceTag/backup"
          value = "daily*"
        }
      }
    }
  }

  fails "the condition of a backup selection does not hold for it" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { backup = "weekly" }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = ["*"]

      condition {
        string_like {
          key   = "aws:ResourceTag/backup"
          value = "daily*"
        }
      }
    }
  }

  unknown "a backup selection takes a tag that is not known" {
    variable "tag" { type = string }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { backup = var.tag }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
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
