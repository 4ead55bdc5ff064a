rule "rds-storage-without-alarm" {
  summary    = "Database whose storage does not grow, and whose alarms do not look at it"
  principle  = "observability"
  severity   = "warning"
  since      = "0.1.0"
  why        = <<-MD
    A database without free storage stops, and needs hours to grow again. It is the one outage that is seen days before, by an alarm on
    what is left.
  MD
  fix        = "Alarm on `FreeStorageSpace`, or set `max_allocated_storage`."
  references = ["AWS Well-Architected REL06-BP01", "Amazon CloudWatch User Guide: Recommended alarms"]

  # Where there is no alarm at all, another rule says so.
  for_each = resources("aws_db_instance")
  unless   = is_watched_elsewhere(self) || length(alarms(self)) == 0 || is_replica(self)
  when     = default(self.max_allocated_storage, 0) == 0 && length(default(told(self).storage, [])) == 0
  at       = "allocated_storage"
  message  = "the storage of `${self}` does not grow, and none of its alarms looks at FreeStorageSpace"

  label "looks at something else" {
    at        = alarms(self)
    attribute = "metric_name"
  }

  fails "CPU alone is watched" {
    resource "aws_db_instance" "orders" {
      identifier        = "orders"
      engine            = "postgres"
      allocated_storage = 100
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }

  passes "storage is watched" {
    resource "aws_db_instance" "orders" {
      identifier        = "orders"
      engine            = "postgres"
      allocated_storage = 100
    }

    resource "aws_cloudwatch_metric_alarm" "database" {
      for_each    = toset(["CPUUtilization", "FreeStorageSpace"])
      alarm_name  = "orders-${each.key}"
      namespace   = "AWS/RDS"
      metric_name = each.key
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }

  passes "storage grows" {
    resource "aws_db_instance" "orders" {
      identifier            = "orders"
      engine                = "postgres"
      allocated_storage     = 100
      max_allocated_storage = 500
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }

  passes "no alarm at all" {
    resource "aws_db_instance" "orders" {
      identifier        = "orders"
      engine            = "postgres"
      allocated_storage = 100
    }
  }

  unknown "limit is given by the caller" {
    variable "limit" { type = number }

    resource "aws_db_instance" "orders" {
      identifier            = "orders"
      engine                = "postgres"
      allocated_storage     = 100
      max_allocated_storage = var.limit
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }
}
