rule "messaging-broker-without-logs" {
  summary   = "Message broker keeps its logs to itself"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Refused logins, lost leaders and full disks stand in the broker's log. On a managed broker nobody can open the file; what is not
    delivered cannot be read.
  MD
  fix       = "Set `logs { general = true }` (Amazon MQ), or enable one destination in `logging_info { broker_logs { … } }` (MSK)."
  notice    = "The broker restarts or refuses clients, and nothing says why."
  prove     = "Connect with a wrong password, and look for the refusal in a log."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config mq-broker-general-logging-enabled",
    "checkov CKV_AWS_48",
    "checkov CKV_AWS_80",
    "trivy AWS-0074, aws-msk-enable-logging",
    "trivy AWS-0071, aws-mq-enable-general-logging",
  ]

  for_each = resources("aws_mq_broker", "aws_msk_cluster")

  defect "Amazon MQ" {
    when    = is(self, "aws_mq_broker") && !logs_brokers(self)
    at      = "logs"
    message = "the log of `${self}` cannot be read by anybody"

    edit "logs.general" {
      to = true
    }
  }

  defect "MSK" {
    when    = is(self, "aws_msk_cluster") && !logs_brokers(self)
    at      = "logging_info"
    message = "the logs of the brokers of `${self}` cannot be read by anybody"
  }

  fails "Amazon MQ" {
    resource "aws_mq_broker" "jobs" {
      broker_name        = "jobs"
      engine_type        = "RabbitMQ"
      engine_version     = "3.13"
      host_instance_type = "mq.m5.large"
      deployment_mode    = "CLUSTER_MULTI_AZ"
    }
  }

  fails "Amazon MQ that logs who did what only" {
    resource "aws_mq_broker" "jobs" {
      broker_name        = "jobs"
      engine_type        = "ActiveMQ"
      engine_version     = "5.18"
      host_instance_type = "mq.m5.large"

      logs {
        audit = true
      }
    }
  }

  fails "MSK with a destination that is not enabled" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      logging_info {
        broker_logs {
          cloudwatch_logs {
            enabled   = false
            log_group = "/msk/events"
          }
        }
      }
    }
  }

  passes "Amazon MQ" {
    resource "aws_mq_broker" "jobs" {
      broker_name        = "jobs"
      engine_type        = "RabbitMQ"
      engine_version     = "3.13"
      host_instance_type = "mq.m5.large"

      logs {
        general = true
      }
    }
  }

  passes "MSK to a bucket" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.6.0"
      number_of_broker_nodes = 3

      logging_info {
        broker_logs {
          s3 {
            enabled = true
            bucket  = "broker-logs"
          }
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "broker_logs" { type = bool }

    resource "aws_mq_broker" "jobs" {
      broker_name        = "jobs"
      engine_type        = "RabbitMQ"
      engine_version     = "3.13"
      host_instance_type = "mq.m5.large"

      logs {
        general = var.broker_logs
      }
    }
  }
}
