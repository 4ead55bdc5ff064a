rule "kms-key-deleted-early" {
  summary   = "KMS key is gone a few days after it is deleted"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    What was encrypted with a key cannot be read without it, backups included. Until the waiting period ends, the deletion can be taken back, so the
    period must be longer than the time until a weekly job or a restore notices that the key is missing.
  MD
  fix       = "Leave `deletion_window_in_days` out, which waits for 30 days, or set it to 10 or more."
  notice    = "CloudTrail shows `ScheduleKeyDeletion`, and the date is a week away."
  prove     = "Schedule the deletion of a test key, and see how long it takes until somebody asks."
  references = [
    "AWS KMS Developer Guide: Delete an AWS KMS key",
    "AWS Well-Architected REL09-BP02",
    "Security Hub KMS.3",
  ]

  param "minimum_days" {
    default = 10
    doc     = "Fewest days that a key must wait for its deletion."
  }

  for_each = resources("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")
  when     = default(self.deletion_window_in_days, 30) < param.minimum_days
  at       = "deletion_window_in_days"
  message  = "`${self}`, and what it encrypts, is lost ${self.deletion_window_in_days} days after its deletion, fewer than ${param.minimum_days}"

  edit "deletion_window_in_days" {
    to = 30
  }

  fails "the shortest" {
    resource "aws_kms_key" "orders" {
      description             = "Data of orders"
      deletion_window_in_days = 7
    }
  }

  passes "left out, which is 30" {
    resource "aws_kms_key" "orders" {
      description = "Data of orders"
    }
  }

  passes "two weeks" {
    resource "aws_kms_key" "orders" {
      description             = "Data of orders"
      deletion_window_in_days = 14
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_kms_key" "orders" {
      description             = "Data of orders"
      deletion_window_in_days = var.days
    }
  }
}
