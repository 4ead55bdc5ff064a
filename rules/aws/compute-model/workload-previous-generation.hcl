rule "workload-previous-generation" {
  summary     = "Machine is of a previous generation"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Of old machines AWS has few left, and they are the first that cannot be had when many start at once, in an incident or in another zone. They cost
    more for less. RDS moves a database away from the oldest by itself, on a day that it chooses.
  MD
  fix         = "Take the current generation of the family, such as `m7g` for `m3` or `t4g` for `t1`."
  notice      = "`CPUUtilization` is higher than on a current type for the same load, and new capacity is refused at times."
  prove       = "Use `aws:ec2:asg-insufficient-instance-capacity-error` on a test group, and see whether another type takes over."
  references = [
    "AWS Well-Architected PERF02-BP04",
    "AWS Trusted Advisor Amazon RDS resources instance class update is required",
    "Amazon EC2: Previous Generation Instances",
  ]

  param "as_of" {
    default = "2026-06-03"
    doc     = "The day that machines are judged for, as year-month-day: if it is not given, the day of the run (`--today`, else the clock)."
  }

  locals {
    # A class of a database or a cache begins with the name of its service.
    types = [for t in machine_types(self) : { written = t, family = split(".", replace(t, "/^(db|cache)[.]/", ""))[0] } if t != null]
    old   = [for t in local.types : t.written if contains(previous_families(self), t.family)]
    replaced = [
      for t in local.types : { written = t.written, since = replaced_families(self)[t.family] }
      if lookup(default(replaced_families(self), {}), t.family, null) != null && timecmp("${replaced_families(self)[t.family]}T00:00:00Z", "${param.as_of}T00:00:00Z") <= 0
    ]
    said = "`${self}` runs on ${local.old[0]}, of which AWS keeps few"
  }

  for_each = resources("machine_types")

  defect "machine" {
    when    = length(local.old) > 0 && is(self, "aws_instance", "aws_launch_template", "aws_launch_configuration")
    at      = "instance_type"
    message = local.said
  }

  defect "database" {
    when    = length(local.old) > 0 && is(self, "aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance")
    at      = "instance_class"
    message = local.said
  }

  defect "cache" {
    when    = length(local.old) > 0 && is(self, "aws_elasticache_replication_group", "aws_elasticache_cluster")
    at      = "node_type"
    message = local.said
  }

  defect "search" {
    when    = length(local.old) > 0 && is(self, "aws_opensearch_domain")
    at      = "cluster_config"
    message = local.said
  }

  defect "nodes" {
    when    = length(local.old) > 0 && is(self, "aws_eks_node_group")
    at      = "instance_types"
    message = local.said
  }

  defect "replaced" {
    when    = length(local.replaced) > 0
    at      = "instance_class"
    message = "`${self}` runs on ${local.replaced[0].written}, which RDS replaces by a newer class since ${local.replaced[0].since}"
  }

  fails "machine" {
    resource "aws_instance" "bastion" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m3.medium"
    }
  }

  fails "database" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "mysql"
      instance_class = "db.r3.large"
    }
  }

  fails "cache" {
    resource "aws_elasticache_cluster" "sessions" {
      cluster_id      = "sessions"
      engine          = "redis"
      node_type       = "cache.m3.medium"
      num_cache_nodes = 1
    }
  }

  fails "class that RDS replaces" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.m4.large"
    }
  }

  passes "class that is not replaced for this engine" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "oracle-ee"
      instance_class = "db.r4.large"
    }
  }

  passes "current class" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.m7g.large"
    }
  }

  unknown "class is given by the caller" {
    variable "class" { type = string }

    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = var.class
    }
  }

  passes "current" {
    resource "aws_instance" "bastion" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t4g.nano"
    }
  }

  passes "from its template" {
    resource "aws_instance" "bastion" {
      launch_template {
        name = "bastion"
      }
    }
  }

  unknown "given by the caller" {
    variable "instance_type" { type = string }

    resource "aws_instance" "bastion" {
      ami           = "ami-0123456789abcdef0"
      instance_type = var.instance_type
    }
  }
}
