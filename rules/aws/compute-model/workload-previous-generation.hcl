rule "workload-previous-generation" {
  summary     = "Machine is of a previous generation"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Of old machines AWS has few left, and they are the first that cannot be had when many start at once, in an incident or in another zone. They cost
    more for less.
  MD
  fix         = "Take the current generation of the family, such as `m7g` for `m3` or `t4g` for `t1`."
  notice      = "`CPUUtilization` is higher than on a current type for the same load, and new capacity is refused at times."
  prove       = "Use `aws:ec2:asg-insufficient-instance-capacity-error` on a test group, and see whether another type takes over."
  references = [
    "AWS Well-Architected PERF02-BP04",
    "AWS Trusted Advisor Amazon RDS resources instance class update is required",
    "Amazon EC2: Previous Generation Instances",
  ]

  locals {
    old = [for t in machine_types(self) : t if t != null && contains(previous_families(self), split(".", t)[0])]
  }

  for_each = resources("machine_types")
  when     = length(local.old) > 0
  message  = "`${self}` runs on ${local.old[0]}, of which AWS keeps few"

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
