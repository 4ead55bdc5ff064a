rule "flink-state-lost" {
  summary   = "Flink application starts again from nothing"
  principle = "recovery"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Without checkpoints a restart after any failure forgets windows and counters and reads from the start or the end of the stream; without snapshots
    a release does.
  MD
  fix       = "Leave `configuration_type = \"DEFAULT\"`, or set `checkpointing_enabled = true`; set `snapshots_enabled = true`."
  notice    = "`numRestarts` rises, and the application counts from zero after each start."
  prove     = "Stop and start a test application, and compare its state."
  references = [
    "Managed Service for Apache Flink Developer Guide: Implement fault tolerance",
    "AWS Well-Architected REL11-BP03",
    "cdk-nag AwsSolutions-KDA3",
  ]

  locals {
    config     = self.application_configuration[0]
    checkpoint = local.config.flink_application_configuration[0].checkpoint_configuration[0]
  }

  for_each = resources("aws_kinesisanalyticsv2_application")

  defect "no checkpoints" {
    when    = local.checkpoint.configuration_type == "CUSTOM" && local.checkpoint.checkpointing_enabled == false
    at      = "application_configuration"
    message = "`${self}` makes no checkpoints: after a failure its state is gone"
  }

  defect "no snapshots" {
    when    = local.config.application_snapshot_configuration[0].snapshots_enabled == false
    at      = "application_configuration"
    message = "`${self}` makes no snapshots: after a release its state is gone"
  }

  fails "checkpoints switched off" {
    resource "aws_kinesisanalyticsv2_application" "sessions" {
      name                   = "sessions"
      runtime_environment    = "FLINK-1_20"
      service_execution_role = "arn:aws:iam::111122223333:role/flink"

      application_configuration {
        flink_application_configuration {
          checkpoint_configuration {
            configuration_type    = "CUSTOM"
            checkpointing_enabled = false
          }
        }
      }
    }
  }

  fails "snapshots switched off" {
    resource "aws_kinesisanalyticsv2_application" "sessions" {
      name                   = "sessions"
      runtime_environment    = "FLINK-1_20"
      service_execution_role = "arn:aws:iam::111122223333:role/flink"

      application_configuration {
        application_snapshot_configuration {
          snapshots_enabled = false
        }
      }
    }
  }

  passes "both" {
    resource "aws_kinesisanalyticsv2_application" "sessions" {
      name                   = "sessions"
      runtime_environment    = "FLINK-1_20"
      service_execution_role = "arn:aws:iam::111122223333:role/flink"

      application_configuration {
        application_snapshot_configuration {
          snapshots_enabled = true
        }

        flink_application_configuration {
          checkpoint_configuration {
            configuration_type = "DEFAULT"
          }
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "snapshots" { type = bool }

    resource "aws_kinesisanalyticsv2_application" "sessions" {
      name                   = "sessions"
      runtime_environment    = "FLINK-1_20"
      service_execution_role = "arn:aws:iam::111122223333:role/flink"

      application_configuration {
        application_snapshot_configuration {
          snapshots_enabled = var.snapshots
        }
      }
    }
  }
}
