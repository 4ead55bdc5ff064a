rule "environment-production-weaker" {
  summary    = "Production is protected less than another environment"
  principle  = "change"
  severity   = "warning"
  needs      = "configuration"
  since      = "2027.1"
  why        = <<-MD
    What staging survives says nothing of a production with fewer copies, shorter backups or one protection less. Mostly a value
    was raised in one file and forgotten in the other.
  MD
  fix        = "Give production at least what the other environments have, or lower it there."
  notice     = "Compare the settings of the same resource in all environments after each apply."
  prove      = "Lose the resource in staging with the settings of production, and see whether staging survives it."
  references = ["AWS Well-Architected OPS05-BP08", "Terraform: Recommended practices, environments"]

  locals {
    # More is safer.
    more = [
      "backup_retention_period", "desired_capacity", "desired_count", "instance_count", "min_capacity", "min_size",
      "num_cache_clusters", "num_node_groups", "number_of_broker_nodes", "replicas_per_node_group",
      "snapshot_retention_limit",
    ]
    # More is safer, and 0 means forever.
    kept = ["retention_in_days"]
    # On is safer, and is off where nobody says it.
    on = [
      "at_rest_encryption_enabled", "automatic_failover_enabled", "deletion_protection", "deletion_protection_enabled",
      "enable_deletion_protection", "encrypted", "multi_az", "multi_az_enabled", "point_in_time_recovery.enabled",
      "storage_encrypted", "transit_encryption_enabled",
    ]
    # Off is safer, and is off where nobody says it.
    off = ["force_destroy", "publicly_accessible", "skip_final_snapshot"]
    # Longer is safer.
    longer = ["availability_zones", "replica", "subnet_ids", "subnets", "vpc_zone_identifier"]

    # Most attributes are the same everywhere.
    differing = differing(self, concat(local.more, local.kept, local.on, local.off, local.longer))
    # An environment for load tests is larger than production on purpose.
    others = {
      for name in local.differing : name => [
        for other in counterparts(self, name) : other
        if !other.production && length(regexall("perf|load|stress|bench", lower(other.environment))) == 0
      ]
    }

    fewer = [
      for name in local.differing : name if contains(local.more, name) && anytrue([
        for other in local.others[name] :
        other.own != null && other.value != null && tonumber(other.own) < tonumber(other.value)
      ])
    ]
    dropped = [
      for name in local.differing : name if contains(local.kept, name) && anytrue([
        for other in local.others[name] :
        default(other.own, 0) != 0 && other.exists && (default(other.value, 0) == 0 || tonumber(other.own) < tonumber(other.value))
      ])
    ]
    unprotected = [
      for name in local.differing : name if contains(local.on, name) && anytrue([
        for other in local.others[name] : other.value == true && default(other.own, false) == false
      ])
    ]
    exposed = [
      for name in local.differing : name if contains(local.off, name) && anytrue([
        for other in local.others[name] :
        other.exists && other.own == true && default(other.value, false) == false
      ])
    ]
    shorter = [
      for name in local.differing : name if contains(local.longer, name) && anytrue([
        for other in local.others[name] :
        other.own_length != null && other.length != null && other.own_length < other.length
      ])
    ]
    weaker = concat(local.fewer, local.dropped, local.unprotected, local.exposed, local.shorter)
  }

  for_each = environment().others > 0 ? all_resources() : []
  unless   = !environment().production
  when     = length(local.weaker) > 0
  message  = "`${self}` is weaker in production than elsewhere: ${join(", ", local.weaker)}"

  fails "shorter backups" {
    resource "aws_db_instance" "orders" {
      identifier              = "orders"
      backup_retention_period = 1
    }

    environment "staging" {
      resource "aws_db_instance" "orders" {
        identifier              = "orders"
        backup_retention_period = 14
      }
    }
  }

  fails "a protection that only staging has" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
    }

    environment "staging" {
      resource "aws_db_instance" "orders" {
        identifier          = "orders"
        deletion_protection = true
      }
    }
  }

  fails "logs that staging keeps for longer" {
    resource "aws_cloudwatch_log_group" "orders" {
      name              = "orders"
      retention_in_days = 7
    }

    environment "staging" {
      resource "aws_cloudwatch_log_group" "orders" {
        name              = "orders"
        retention_in_days = 30
      }
    }
  }

  fails "fewer zones" {
    resource "aws_autoscaling_group" "web" {
      min_size           = 2
      max_size           = 4
      availability_zones = ["eu-west-1a"]
    }

    environment "staging" {
      resource "aws_autoscaling_group" "web" {
        min_size           = 2
        max_size           = 4
        availability_zones = ["eu-west-1a", "eu-west-1b"]
      }
    }
  }

  passes "production is stronger" {
    resource "aws_db_instance" "orders" {
      identifier              = "orders"
      backup_retention_period = 14
      multi_az                = true
    }

    environment "dev" {
      resource "aws_db_instance" "orders" {
        identifier              = "orders"
        backup_retention_period = 1
      }
    }
  }

  passes "no other environment" {
    resource "aws_db_instance" "orders" {
      identifier              = "orders"
      backup_retention_period = 1
    }
  }

  unknown "staging is not known" {
    resource "aws_db_instance" "orders" {
      identifier              = "orders"
      backup_retention_period = 7
    }

    environment "staging" {
      variable "days" {
        type = number
      }

      resource "aws_db_instance" "orders" {
        identifier              = "orders"
        backup_retention_period = var.days
      }
    }
  }

  passes "sizes differ, and logs are kept forever" {
    resource "aws_db_instance" "orders" {
      identifier        = "orders"
      instance_class    = "db.t4g.medium"
      allocated_storage = 50
    }

    resource "aws_cloudwatch_log_group" "orders" {
      name              = "orders"
      retention_in_days = 0
    }

    environment "staging" {
      resource "aws_db_instance" "orders" {
        identifier        = "orders"
        instance_class    = "db.r7g.large"
        allocated_storage = 100
      }

      resource "aws_cloudwatch_log_group" "orders" {
        name              = "orders"
        retention_in_days = 30
      }
    }
  }

  passes "an environment for load tests is larger" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 4
    }

    environment "loadtest" {
      resource "aws_autoscaling_group" "web" {
        min_size = 20
        max_size = 40
      }
    }
  }
}
