rule "ebs-without-backups" {
  summary   = "EBS volume is not backed up"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A volume stands in one zone and has no backups of its own. What is deleted on it, and what was on it when it fails, is gone.
  MD
  fix       = "Let an `aws_dlm_lifecycle_policy` or an `aws_backup_selection` cover the volume, by a tag that it carries."
  notice    = "The volume has no snapshots in `describe-snapshots`."
  prove     = "Delete a file on a test volume, and try to get it back."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config ebs-in-backup-plan",
    "Security Hub EC2.28",
    "AWS Trusted Advisor Amazon EBS Not Included in AWS Backup Plan",
    "AWS Trusted Advisor Amazon EBS Snapshots",
    "checkov CKV2_AWS_9",
  ]

  locals {
    covered = in_backup_plan(self) || is_marked_for_backup(self)
    # With the machine its volumes are copied.
    machines = referrers(self, "mounts", "aws_instance")
    with     = anytrue([for i in local.machines : in_backup_plan(i) || is_marked_for_backup(i)])
    passing = anytrue([
      for name in [address(self), default(try(self.tags.Name, null), "")] :
      can(regex("(?i)cache|scratch|swap|(^|[^a-z])te?mp([^a-z]|$)|build|sandbox|ephemeral", name))
    ])
  }

  for_each = resources("aws_ebs_volume")
  unless   = local.with || local.passing
  when     = !local.covered
  message  = "no snapshots are made of `${self}`: what is lost on it cannot be brought back"

  fails "nothing covers it" {
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
    }
  }

  fails "a policy takes those with another tag" {
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
      tags              = { class = "bronze" }
    }

    resource "aws_dlm_lifecycle_policy" "gold" {
      description        = "gold"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"

      policy_details {
        resource_types = ["VOLUME"]
        target_tags    = { class = "gold" }

        schedule {
          name = "daily"

          create_rule {
            interval = 24
          }

          retain_rule {
            count = 14
          }
        }
      }
    }
  }

  passes "a snapshot policy takes it by its tag" {
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
      tags              = { class = "gold" }
    }

    resource "aws_dlm_lifecycle_policy" "gold" {
      description        = "gold"
      execution_role_arn = "arn:aws:iam::111122223333:role/dlm"

      policy_details {
        resource_types = ["VOLUME"]
        target_tags    = { class = "gold" }

        schedule {
          name = "daily"

          create_rule {
            interval = 24
          }

          retain_rule {
            count = 14
          }
        }
      }
    }
  }

  passes "a backup selection names it" {
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_ebs_volume.data.arn]
    }
  }

  passes "its machine is backed up" {
    resource "aws_instance" "wiki" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.large"
      tags          = { Backup = "daily" }
    }

    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
    }

    resource "aws_volume_attachment" "data" {
      device_name = "/dev/sdf"
      instance_id = aws_instance.wiki.id
      volume_id   = aws_ebs_volume.data.id
    }
  }

  passes "it has a tag that a policy may select by" {
    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
      tags              = { Snapshot = "true" }
    }
  }

  passes "scratch" {
    resource "aws_ebs_volume" "scratch" {
      availability_zone = "eu-west-1a"
      size              = 200
    }
  }

  unknown "its tags are given by the caller" {
    variable "tags" { type = map(string) }

    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
      tags              = var.tags
    }
  }

  passes "a plan takes all volumes of this account and Region" {
    data "aws_region" "here" {}

    data "aws_caller_identity" "here" {}

    resource "aws_ebs_volume" "data" {
      availability_zone = "eu-west-1a"
      size              = 200
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "main"
        schedule          = "cron(0 5 * * ? *)"
      }
    }

    resource "aws_backup_selection" "volumes" {
      name         = "volumes"
      plan_id      = aws_backup_plan.daily.id
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = ["arn:aws:ec2:${data.aws_region.here.region}:${data.aws_caller_identity.here.account_id}:volume/*"]
    }
  }
}
