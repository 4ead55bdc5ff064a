rule "dms-single-az" {
  summary   = "Ongoing replication runs on one machine"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A migration that runs once can start again. A replication that goes on for months falls behind while its only machine is replaced,
    and may find that the source has deleted the log it needs.
  MD
  fix       = "Set `multi_az = true` as long as changes are replicated."
  notice    = "`CDCLatencySource` climbs, and the task is stopped."
  prove     = "Reboot the replication instance with a planned failover, and time how long changes wait."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config dms-replication-instance-multi-az-enabled",
    "Security Hub DMS.13",
  ]

  locals {
    tasks = [for t in referrers(self, "runs_on", "aws_dms_replication_task") : t if contains(["cdc", "full-load-and-cdc"], default(t.migration_type, ""))]
  }

  for_each = resources("aws_dms_replication_instance", "aws_dms_replication_config")

  defect "instance" {
    when    = is(self, "aws_dms_replication_instance") && self.multi_az != true && length(local.tasks) > 0
    at      = "multi_az"
    message = "`${self}` has no standby, and `${local.tasks[0]}` replicates changes for as long as it runs"

    label "goes on" {
      at        = local.tasks
      attribute = "migration_type"
    }

    # AWS takes no zone for an instance with a standby.
    edit "multi_az" {
      to   = true
      when = self.availability_zone == null
    }
  }

  # Its tasks are made elsewhere.
  defect "told to have no standby" {
    when    = is(self, "aws_dms_replication_instance") && self.multi_az == false && length(referrers(self, "runs_on", "aws_dms_replication_task")) == 0
    at      = "multi_az"
    message = "`${self}` has no standby: what it replicates falls behind while it is replaced"

    # AWS takes no zone for an instance with a standby.
    edit "multi_az" {
      to   = true
      when = self.availability_zone == null
    }
  }

  defect "serverless" {
    when = (
      is(self, "aws_dms_replication_config") && self.compute_config[0].multi_az != true
      && contains(["cdc", "full-load-and-cdc"], default(self.replication_type, ""))
    )
    at      = "compute_config.multi_az"
    message = "`${self}` replicates changes for as long as it runs, and has no standby"

    edit "compute_config.multi_az" {
      to   = true
      when = self.compute_config[0].availability_zone == null
    }
  }

  fails "changes on one machine" {
    resource "aws_dms_replication_instance" "orders" {
      replication_instance_id    = "orders"
      replication_instance_class = "dms.r5.large"
    }

    resource "aws_dms_replication_task" "orders" {
      replication_task_id      = "orders"
      replication_instance_arn = aws_dms_replication_instance.orders.replication_instance_arn
      migration_type           = "full-load-and-cdc"
      source_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:SOURCE"
      target_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:TARGET"
      table_mappings           = "{}"
    }
  }

  fails "serverless" {
    resource "aws_dms_replication_config" "orders" {
      replication_config_identifier = "orders"
      replication_type              = "cdc"
      source_endpoint_arn           = "arn:aws:dms:eu-west-1:111122223333:endpoint:SOURCE"
      target_endpoint_arn           = "arn:aws:dms:eu-west-1:111122223333:endpoint:TARGET"
      table_mappings                = "{}"

      compute_config {
        replication_subnet_group_id = "orders"
        max_capacity_units          = 64
      }
    }
  }

  fails "tasks are made elsewhere" {
    resource "aws_dms_replication_instance" "orders" {
      replication_instance_id    = "orders"
      replication_instance_class = "dms.r5.large"
      multi_az                   = false
    }
  }

  passes "tasks are made elsewhere, and nothing is said of a standby" {
    resource "aws_dms_replication_instance" "orders" {
      replication_instance_id    = "orders"
      replication_instance_class = "dms.r5.large"
    }
  }

  passes "runs once" {
    resource "aws_dms_replication_instance" "orders" {
      replication_instance_id    = "orders"
      replication_instance_class = "dms.r5.large"
    }

    resource "aws_dms_replication_task" "orders" {
      replication_task_id      = "orders"
      replication_instance_arn = aws_dms_replication_instance.orders.replication_instance_arn
      migration_type           = "full-load"
      source_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:SOURCE"
      target_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:TARGET"
      table_mappings           = "{}"
    }
  }

  passes "standby" {
    resource "aws_dms_replication_instance" "orders" {
      replication_instance_id    = "orders"
      replication_instance_class = "dms.r5.large"
      multi_az                   = true
    }

    resource "aws_dms_replication_task" "orders" {
      replication_task_id      = "orders"
      replication_instance_arn = aws_dms_replication_instance.orders.replication_instance_arn
      migration_type           = "cdc"
      source_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:SOURCE"
      target_endpoint_arn      = "arn:aws:dms:eu-west-1:111122223333:endpoint:TARGET"
      table_mappings           = "{}"
    }
  }

  unknown "decided by a variable without default" {
    variable "multi_az" { type = bool }

    resource "aws_dms_replication_config" "orders" {
      replication_config_identifier = "orders"
      replication_type              = "cdc"
      source_endpoint_arn           = "arn:aws:dms:eu-west-1:111122223333:endpoint:SOURCE"
      target_endpoint_arn           = "arn:aws:dms:eu-west-1:111122223333:endpoint:TARGET"
      table_mappings                = "{}"

      compute_config {
        replication_subnet_group_id = "orders"
        max_capacity_units          = 64
        multi_az                    = var.multi_az
      }
    }
  }
}
