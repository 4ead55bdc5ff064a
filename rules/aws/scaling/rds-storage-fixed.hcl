rule "rds-storage-fixed" {
  summary   = "Storage of an RDS instance cannot grow by itself"
  principle = "scaling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    An instance with a full volume stops taking writes, and can be in that state for hours. With storage autoscaling it grows before
    that.
  MD
  fix       = "Set `max_allocated_storage` well above `allocated_storage`, or alarm on `FreeStorageSpace`."
  notice    = "`FreeStorageSpace` falls towards 0."
  prove     = "Fill a test copy's storage, and see the instance go to `storage-full`."
  references = [
    "AWS Well-Architected REL07-BP01",
    "AWS Trusted Advisor Amazon RDS DB instances have storage autoscaling turned off",
  ]

  locals {
    other   = is_replica(self) || (self.engine != null && (startswith(self.engine, "aurora") || startswith(self.engine, "custom-")))
    watched = default(told(self).storage, [])
    limit   = default(self.max_allocated_storage, 0)
  }

  for_each = resources("aws_db_instance")
  unless   = local.other || self.allocated_storage == null || length(local.watched) > 0 || is_watched_elsewhere(self)
  when     = local.limit == 0 || local.limit <= self.allocated_storage
  at       = "max_allocated_storage"
  message  = "`${self}` stops taking writes when its ${self.allocated_storage} GiB are full, and nobody is told before"

  edit "max_allocated_storage" {
    to = 2 * self.allocated_storage
  }

  fails "left out" {
    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      instance_class    = "db.m7g.large"
      allocated_storage = 100
    }
  }

  fails "no room" {
    resource "aws_db_instance" "orders" {
      engine                = "postgres"
      instance_class        = "db.m7g.large"
      allocated_storage     = 100
      max_allocated_storage = 100
    }
  }

  passes "room to grow" {
    resource "aws_db_instance" "orders" {
      engine                = "postgres"
      instance_class        = "db.m7g.large"
      allocated_storage     = 100
      max_allocated_storage = 500
    }
  }

  passes "somebody is told in time" {
    resource "aws_db_instance" "orders" {
      identifier        = "orders"
      engine            = "postgres"
      instance_class    = "db.m7g.large"
      allocated_storage = 100
    }

    resource "aws_cloudwatch_metric_alarm" "storage" {
      alarm_name          = "orders-storage"
      namespace           = "AWS/RDS"
      metric_name         = "FreeStorageSpace"
      comparison_operator = "LessThanThreshold"
      threshold           = 20000000000
      evaluation_periods  = 1

      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }

  passes "restored from a snapshot, which says how large it is" {
    resource "aws_db_instance" "restored" {
      instance_class      = "db.m7g.large"
      snapshot_identifier = "orders-final"
    }
  }

  passes "read replica" {
    resource "aws_db_instance" "orders" {
      identifier            = "orders"
      engine                = "postgres"
      instance_class        = "db.m7g.large"
      allocated_storage     = 100
      max_allocated_storage = 500
    }

    resource "aws_db_instance" "reports" {
      instance_class      = "db.m7g.large"
      replicate_source_db = aws_db_instance.orders.identifier
    }
  }

  fails "alarms look at something else" {
    resource "aws_db_instance" "orders" {
      identifier        = "orders"
      engine            = "postgres"
      instance_class    = "db.m7g.large"
      allocated_storage = 100
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name          = "orders-cpu"
      namespace           = "AWS/RDS"
      metric_name         = "CPUUtilization"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 90
      evaluation_periods  = 5

      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }

  unknown "limit is given by the caller" {
    variable "limit" { type = number }

    resource "aws_db_instance" "orders" {
      engine                = "postgres"
      instance_class        = "db.m7g.large"
      allocated_storage     = 100
      max_allocated_storage = var.limit
    }
  }
}
