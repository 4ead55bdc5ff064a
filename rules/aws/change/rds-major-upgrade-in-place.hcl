rule "rds-major-upgrade-in-place" {
  summary   = "Database may be upgraded to another major version in place"
  principle = "change"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    The switch is needed for one upgrade and stays. From then on a changed default of a module or a typing error in `engine_version` takes the database
    down for as long as the upgrade lasts, and there is no way back but a restore.
  MD
  fix       = "Leave `allow_major_version_upgrade` out, or upgrade by a blue/green deployment (`blue_green_update`)."
  notice    = "RDS events announce a major upgrade, and `EngineUptime` starts again at 0."
  prove     = "Upgrade a snapshot's copy, run the service's tests against it, and time how long it was down."
  references = [
    "Amazon RDS User Guide: Upgrading a DB instance engine version",
    "AWS Well-Architected REL08-BP04",
  ]

  locals {
    swapped = self.blue_green_update[0].enabled == true
  }

  for_each = resources("relational_database")
  unless   = local.swapped
  when     = self.allow_major_version_upgrade == true
  at       = "allow_major_version_upgrade"
  message  = "nothing keeps a changed `engine_version` from taking `${self}` down for a major upgrade"

  edit "allow_major_version_upgrade" {
    to = false
  }

  fails "left on" {
    resource "aws_db_instance" "orders" {
      engine                      = "postgres"
      engine_version              = "17"
      allow_major_version_upgrade = true
    }
  }

  passes "left out" {
    resource "aws_db_instance" "orders" {
      engine         = "postgres"
      engine_version = "17"
    }
  }

  passes "blue/green deployment" {
    resource "aws_db_instance" "orders" {
      engine                      = "postgres"
      engine_version              = "17"
      allow_major_version_upgrade = true

      blue_green_update {
        enabled = true
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "major" { type = bool }

    resource "aws_rds_cluster" "orders" {
      engine                      = "aurora-postgresql"
      allow_major_version_upgrade = var.major
    }
  }
}
