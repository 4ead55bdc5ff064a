rule "workload-capacity-reduced" {
  summary      = "Capacity cut to half or to one"
  principle    = "change"
  severity     = "warning"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["capacity-reduced"]
  why          = <<-MD
    What is left must carry the load alone from the moment of the apply. Often nobody meant to cut anything: scaling had raised a number
    that the configuration still holds at its first value, and the plan sets it back in the middle of a busy day.
  MD
  fix          = "If scaling moves the number, leave it to scaling with `lifecycle { ignore_changes = [...] }`. Else go down in steps, and watch load and latency in between."
  notice       = "`CPUUtilization` of what is left rises, and so does `TargetResponseTime`."
  prove        = "Stop as many tasks or machines as the plan takes, with `aws:ecs:stop-task` or `aws:ec2:stop-instances`, at the busiest hour of a test."
  references = [
    "AWS Well-Architected REL07-BP02",
    "AWS Well-Architected REL08-BP04",
  ]

  param "share" {
    default = 0.5
    doc     = "The share of a capacity whose loss is reported: 0.5 is half or more."
  }

  locals {
    was    = before(self)
    before = capacity(local.was)
    after  = capacity(self)
    # The members of a cluster that this plan takes away.
    gone = [for m in referrers(local.was, "member_of", "cluster_member") : m if after(m) == null]
    numbers = concat(
      [
        for name, was in local.before : { name = name, was = was, now = local.after[name] }
        # Where a number is left out the provider keeps what is set.
        if default(was, 0) > 0 && local.after[name] != null && changed(self, name)
      ],
      length(local.gone) > 0 ? [{ name = "instances", was = copies(local.was), now = copies(self) }] : [],
    )
    # -1 stands for no limit.
    cut = [
      for n in local.numbers : n
      if n.was > 0 && n.now != null && n.now != -1 && (n.was - n.now >= n.was * param.share || n.now <= 1 && n.was > 1)
    ]
  }

  for_each = resources("capacity")
  when     = length(local.cut) > 0
  at       = "desired_count"
  message  = "this plan cuts `${self}` from ${local.cut[0].was} to ${local.cut[0].now} (`${local.cut[0].name}`)"

  label "scaling may go down to this" {
    at        = referrers(self, "scales", "aws_appautoscaling_target")
    attribute = "min_capacity"
  }

  fails "scaling had raised the number of tasks, and the plan sets it back" {
    before {
      resource "aws_ecs_service" "api" {
        name          = "api"
        desired_count = 8
      }
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 2
    }
  }

  fails "the floor of a scaling target lowered to one" {
    before {
      resource "aws_appautoscaling_target" "api" {
        service_namespace = "ecs"
        min_capacity      = 2
        max_capacity      = 10
      }
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace = "ecs"
      min_capacity      = 1
      max_capacity      = 10
    }
  }

  fails "a table gets a tenth of its throughput" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name           = "carts"
        billing_mode   = "PROVISIONED"
        read_capacity  = 500
        write_capacity = 50
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name           = "carts"
      billing_mode   = "PROVISIONED"
      read_capacity  = 50
      write_capacity = 50
    }
  }

  fails "the last replica of a cache goes" {
    before {
      resource "aws_elasticache_replication_group" "sessions" {
        num_cache_clusters = 2
      }
    }

    resource "aws_elasticache_replication_group" "sessions" {
      num_cache_clusters = 1
    }
  }

  fails "a cluster loses its reader" {
    before {
      resource "aws_rds_cluster" "orders" {
        cluster_identifier = "orders"
      }

      resource "aws_rds_cluster_instance" "orders" {
        count              = 2
        cluster_identifier = aws_rds_cluster.orders.cluster_identifier
      }
    }

    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
    }

    resource "aws_rds_cluster_instance" "orders" {
      count              = 1
      cluster_identifier = aws_rds_cluster.orders.cluster_identifier
    }
  }

  passes "one machine of six less" {
    before {
      resource "aws_autoscaling_group" "web" {
        min_size = 6
        max_size = 12
      }
    }

    resource "aws_autoscaling_group" "web" {
      min_size = 5
      max_size = 12
    }
  }

  passes "left to scaling, whose floor stays" {
    before {
      resource "aws_ecs_service" "api" {
        name          = "api"
        desired_count = 4
      }

      resource "aws_appautoscaling_target" "api" {
        service_namespace = "ecs"
        resource_id       = "service/shop/${aws_ecs_service.api.name}"
        min_capacity      = 4
        max_capacity      = 10
      }
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 1
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace = "ecs"
      resource_id       = "service/shop/${aws_ecs_service.api.name}"
      min_capacity      = 4
      max_capacity      = 10
    }
  }

  passes "a table is paid by request from now on" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name           = "carts"
        billing_mode   = "PROVISIONED"
        read_capacity  = 500
        write_capacity = 50
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name           = "carts"
      billing_mode   = "PAY_PER_REQUEST"
      read_capacity  = 0
      write_capacity = 0
    }
  }

  passes "it was parked before" {
    before {
      resource "aws_ecs_service" "import" {
        name          = "import"
        desired_count = 0
      }
    }

    resource "aws_ecs_service" "import" {
      name          = "import"
      desired_count = 0
      launch_type   = "FARGATE"
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_autoscaling_group" "web" {
        min_size = 4
        max_size = 12
      }
    }

    variable "machines" { type = number }

    resource "aws_autoscaling_group" "web" {
      min_size = var.machines
      max_size = 12
    }
  }
}
