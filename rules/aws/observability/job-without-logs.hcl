rule "job-without-logs" {
  summary   = "Job, pipeline or connector keeps no log of its runs"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    It runs on machines that nobody can reach and that are gone when it ends. Of a run that failed only the word "failed" is left.
  MD
  fix       = "Give it a log group or bucket: `log_delivery` (MSK Connect), `log_uri` (EMR), `Logging.EnableLogging` in the task settings (DMS), `cloudwatch_log_group_arn` (DataSync), `logs_config` (CodeBuild), `logging_role` or `structured_log_destinations` (Transfer Family), `contact_flow_logs_enabled` (Connect), `cloudwatch_logging_options` (Managed Flink)."
  notice    = "A run failed, and its history holds no more than a status."
  prove     = "Let a test run fail with a message of its own, and look for that message."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Well-Architected OPS04-BP02",
    "AWS Config codebuild-project-logging-enabled",
    "Security Hub CodeBuild.4",
    "Security Hub DMS.7",
    "Security Hub DataSync.1",
    "Security Hub Connect.2",
    "Security Hub MSK.5",
    "Security Hub Transfer.3",
    "Security Hub DMS.8",
    "AWS Trusted Advisor AWS CodeBuild Project Logging",
    "checkov CKV_AWS_314",
  ]

  for_each = resources("job")
  when     = !logs_runs(self)
  message  = "why a run of `${self}` failed is written nowhere"

  fails "connector" {
    resource "aws_mskconnect_connector" "orders" {
      name                 = "orders-sink"
      kafkaconnect_version = "2.7.1"
    }
  }

  fails "connector that is told not to" {
    resource "aws_mskconnect_connector" "orders" {
      name                 = "orders-sink"
      kafkaconnect_version = "2.7.1"

      log_delivery {
        worker_log_delivery {
          cloudwatch_logs {
            enabled = false
          }
        }
      }
    }
  }

  fails "EMR cluster" {
    resource "aws_emr_cluster" "reports" {
      name          = "reports"
      release_label = "emr-7.5.0"
      service_role  = "EMR_DefaultRole_V2"
    }
  }

  fails "migration task that is told not to" {
    resource "aws_dms_replication_task" "orders" {
      replication_task_id      = "orders"
      migration_type           = "full-load-and-cdc"
      replication_instance_arn = "arn:aws:dms:eu-west-1:111122223333:rep:orders"
      source_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:source"
      target_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:target"
      table_mappings           = jsonencode({ rules = [] })
      replication_task_settings = jsonencode({
        Logging = {
          EnableLogging = false
        }
      })
    }
  }

  fails "copy of files" {
    resource "aws_datasync_task" "archive" {
      name                     = "archive"
      source_location_arn      = "arn:aws:datasync:eu-west-1:111122223333:location/loc-0a1b2c3d"
      destination_location_arn = "arn:aws:datasync:eu-west-1:111122223333:location/loc-4e5f6a7b"
    }
  }

  fails "build with both logs switched off" {
    resource "aws_codebuild_project" "api" {
      name         = "api"
      service_role = "arn:aws:iam::111122223333:role/codebuild"

      logs_config {
        cloudwatch_logs {
          status = "DISABLED"
        }
      }
    }
  }

  fails "file server" {
    resource "aws_transfer_server" "partners" {
      protocols = ["SFTP"]
    }
  }

  fails "Flink application" {
    resource "aws_kinesisanalyticsv2_application" "sessions" {
      name                   = "sessions"
      runtime_environment    = "FLINK-1_20"
      service_execution_role = "arn:aws:iam::111122223333:role/flink"
    }
  }

  fails "connector of Transfer Family" {
    resource "aws_transfer_connector" "partner" {
      access_role = "arn:aws:iam::111122223333:role/partner"
      url         = "sftp://files.example.com"

      sftp_config {
        trusted_host_keys = ["ssh-ed25519 AAAA"]
        user_secret_id    = "partner"
      }
    }
  }

  fails "contact flows" {
    resource "aws_connect_instance" "support" {
      identity_management_type = "CONNECT_MANAGED"
      inbound_calls_enabled    = true
      outbound_calls_enabled   = true
      instance_alias           = "support"
    }
  }

  passes "contact flows with a log" {
    resource "aws_connect_instance" "support" {
      identity_management_type  = "CONNECT_MANAGED"
      inbound_calls_enabled     = true
      outbound_calls_enabled    = true
      instance_alias            = "support"
      contact_flow_logs_enabled = true
    }
  }

  passes "connector with a log group" {
    resource "aws_mskconnect_connector" "orders" {
      name                 = "orders-sink"
      kafkaconnect_version = "2.7.1"

      log_delivery {
        worker_log_delivery {
          cloudwatch_logs {
            enabled   = true
            log_group = "/connect/orders"
          }
        }
      }
    }
  }

  passes "EMR cluster with a bucket" {
    resource "aws_s3_bucket" "logs" {
      bucket = "emr-logs"
    }

    resource "aws_emr_cluster" "reports" {
      name          = "reports"
      release_label = "emr-7.5.0"
      service_role  = "EMR_DefaultRole_V2"
      log_uri       = "s3://${aws_s3_bucket.logs.id}/reports/"
    }
  }

  passes "migration task" {
    resource "aws_dms_replication_task" "orders" {
      replication_task_id      = "orders"
      migration_type           = "cdc"
      replication_instance_arn = "arn:aws:dms:eu-west-1:111122223333:rep:orders"
      source_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:source"
      target_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:target"
      table_mappings           = jsonencode({ rules = [] })
      replication_task_settings = jsonencode({
        Logging = {
          EnableLogging = true
        }
      })
    }
  }

  passes "copy of files with a log group" {
    resource "aws_cloudwatch_log_group" "archive" {
      name              = "/datasync/archive"
      retention_in_days = 90
    }

    resource "aws_datasync_task" "archive" {
      name                     = "archive"
      source_location_arn      = "arn:aws:datasync:eu-west-1:111122223333:location/loc-0a1b2c3d"
      destination_location_arn = "arn:aws:datasync:eu-west-1:111122223333:location/loc-4e5f6a7b"
      cloudwatch_log_group_arn = aws_cloudwatch_log_group.archive.arn
    }
  }

  passes "build, which logs unless it is told not to" {
    resource "aws_codebuild_project" "api" {
      name         = "api"
      service_role = "arn:aws:iam::111122223333:role/codebuild"
    }
  }

  passes "build that logs to a bucket" {
    resource "aws_codebuild_project" "api" {
      name         = "api"
      service_role = "arn:aws:iam::111122223333:role/codebuild"

      logs_config {
        cloudwatch_logs {
          status = "DISABLED"
        }

        s3_logs {
          status   = "ENABLED"
          location = "build-logs/api"
        }
      }
    }
  }

  passes "file server with structured logs" {
    resource "aws_transfer_server" "partners" {
      protocols                   = ["SFTP"]
      structured_log_destinations = ["arn:aws:logs:eu-west-1:111122223333:log-group:/transfer/partners:*"]
    }
  }

  passes "Flink application with a log stream" {
    resource "aws_kinesisanalyticsv2_application" "sessions" {
      name                   = "sessions"
      runtime_environment    = "FLINK-1_20"
      service_execution_role = "arn:aws:iam::111122223333:role/flink"

      cloudwatch_logging_options {
        log_stream_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/flink/sessions:log-stream:app"
      }
    }
  }

  unknown "given by the caller" {
    variable "log_uri" { type = string }

    resource "aws_emr_cluster" "reports" {
      name          = "reports"
      release_label = "emr-7.5.0"
      service_role  = "EMR_DefaultRole_V2"
      log_uri       = var.log_uri
    }
  }
}
