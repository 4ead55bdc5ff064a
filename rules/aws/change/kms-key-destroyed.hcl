rule "kms-key-destroyed" {
  summary      = "Encryption key destroyed while its data stays"
  principle    = "change"
  severity     = "error"
  environment  = "any"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["encryption-key-destroyed"]
  why          = <<-MD
    A key that is scheduled for deletion encrypts and decrypts nothing any more: databases stop, messages and objects cannot be read. When
    the waiting time is over, every copy that it encrypted is lost, backups among them.
  MD
  fix          = "Keep the key as long as anything is encrypted with it; disable it first, and watch who still asks for it. For a new address, add a `moved` block."
  notice       = "CloudTrail shows `ScheduleKeyDeletion`; reads of the data fail with `KMSInvalidStateException`."
  prove        = "Disable the key of a copy and read its data: the errors are those of the day after the deletion."
  references = [
    "AWS Well-Architected REL09-BP02",
    "AWS KMS Developer Guide: Delete AWS KMS keys",
    "Security Hub KMS.3",
  ]

  locals {
    # What only names or opens the key holds no data.
    users = [
      for u in referrers(before(self), "refers") : u
      if !is(u, "aws_kms_alias", "aws_kms_key_policy", "aws_kms_grant", "aws_iam_policy", "aws_iam_role_policy")
    ]
    staying  = [for u in local.users : after(u) if after(u) != null]
    clean_up = action(self) == "delete" && length(local.users) > 0 && length(local.staying) == 0
  }

  for_each = concat(resources("aws_kms_key", "aws_kms_external_key"), destroyed("aws_kms_key", "aws_kms_external_key"))
  unless   = local.clean_up
  when     = action(self) == "delete" || action(self) == "replace"
  message  = "this plan destroys `${self}`: what it encrypted can never be read again"

  label "is encrypted with it" {
    at = local.staying
  }

  fails "the key goes, the database stays" {
    before {
      resource "aws_kms_key" "orders" {}

      resource "aws_db_instance" "orders" {
        engine     = "postgres"
        kms_key_id = aws_kms_key.orders.arn
      }
    }

    resource "aws_db_instance" "orders" {
      engine     = "postgres"
      kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/0b1c"
    }
  }

  fails "a key renamed without moved, which nothing here uses" {
    before {
      resource "aws_kms_key" "main" {}

      resource "aws_kms_alias" "main" {
        name          = "alias/main"
        target_key_id = aws_kms_key.main.id
      }
    }

    resource "aws_kms_key" "shared" {}

    resource "aws_kms_alias" "main" {
      name          = "alias/main"
      target_key_id = aws_kms_key.shared.id
    }
  }

  fails "a key is made anew" {
    replaces = ["aws_kms_key.orders"]

    before {
      resource "aws_kms_key" "orders" {
        multi_region = false
      }
    }

    resource "aws_kms_key" "orders" {
      multi_region = true
    }
  }

  passes "the queue that it encrypted goes too" {
    before {
      resource "aws_kms_key" "jobs" {}

      resource "aws_sqs_queue" "jobs" {
        name              = "jobs"
        kms_master_key_id = aws_kms_key.jobs.id
      }
    }
  }

  passes "its policy changes" {
    before {
      resource "aws_kms_key" "orders" {
        enable_key_rotation = false
      }
    }

    resource "aws_kms_key" "orders" {
      enable_key_rotation = true
    }
  }
}
