rule "workload-capacity-reduced" {
  summary      = "Capacity cut to half or to one"
  principle    = "change"
  severity     = "warning"
  env          = "production"
  reads        = "plan"
  since        = "0.1.0"
  renamed_from = ["capacity-reduced"]
  why          = <<-MD
    What is left must carry the load alone from the moment of the apply. Often nobody meant to cut anything: scaling had raised a number
    that the configuration still holds at its first value, and the plan sets it back in the middle of a busy day.
  MD
  fix          = "If scaling moves the number, leave it to scaling with `lifecycle { ignore_changes = [...] }`. Else go down in steps, and watch load and latency in between."
  references = [
    "AWS Well-Architected REL07-BP02",
    "AWS Well-Architected REL08-BP04",
  ]

  param "share" {
    default = 0.5
    doc     = "The share of a capacity whose loss is reported: 0.5 is half or more."
  }

  locals {
    was = before(self)

    # Where a number is left out the provider keeps what is set, but for the tasks of a service.
    numbers = [
      { name = "min_size", was = local.was.min_size, now = self.min_size },
      { name = "max_size", was = local.was.max_size, now = self.max_size },
      { name = "desired_capacity", was = local.was.desired_capacity, now = self.desired_capacity },
      { name = "min_capacity", was = local.was.min_capacity, now = self.min_capacity },
      { name = "max_capacity", was = local.was.max_capacity, now = self.max_capacity },
      { name = "scaling_config.min_size", was = local.was.scaling_config[0].min_size, now = self.scaling_config[0].min_size },
      { name = "scaling_config.max_size", was = local.was.scaling_config[0].max_size, now = self.scaling_config[0].max_size },
      {
        name = "scaling_config.desired_size"
        was  = local.was.scaling_config[0].desired_size
        now  = self.scaling_config[0].desired_size
      },
      {
        name = "serverlessv2_scaling_configuration.min_capacity"
        was  = local.was.serverlessv2_scaling_configuration[0].min_capacity
        now  = self.serverlessv2_scaling_configuration[0].min_capacity
      },
      {
        name = "serverlessv2_scaling_configuration.max_capacity"
        was  = local.was.serverlessv2_scaling_configuration[0].max_capacity
        now  = self.serverlessv2_scaling_configuration[0].max_capacity
      },
      { name = "read_capacity", was = local.provisioned ? local.was.read_capacity : null, now = self.read_capacity },
      { name = "write_capacity", was = local.provisioned ? local.was.write_capacity : null, now = self.write_capacity },
      { name = "shard_count", was = local.was.shard_count, now = local.on_demand ? null : self.shard_count },
      { name = "num_cache_clusters", was = local.was.num_cache_clusters, now = self.num_cache_clusters },
      { name = "num_node_groups", was = local.was.num_node_groups, now = self.num_node_groups },
      { name = "replicas_per_node_group", was = local.was.replicas_per_node_group, now = self.replicas_per_node_group },
      { name = "num_cache_nodes", was = local.was.num_cache_nodes, now = self.num_cache_nodes },
      { name = "num_shards", was = local.was.num_shards, now = self.num_shards },
      { name = "num_replicas_per_shard", was = local.was.num_replicas_per_shard, now = self.num_replicas_per_shard },
      {
        name = "cluster_config.instance_count"
        was  = local.was.cluster_config[0].instance_count
        now  = coalesce(self.cluster_config[0].instance_count, 1)
      },
      {
        name = "provisioned_concurrent_executions"
        was  = local.was.provisioned_concurrent_executions
        now  = self.provisioned_concurrent_executions
      },
      {
        name = "desired_count"
        was  = local.resized ? copies(local.was) : null
        now  = local.resized ? copies(self) : null
      },
      {
        name = "instances"
        was  = length(local.gone) > 0 ? copies(local.was) : null
        now  = length(local.gone) > 0 ? copies(self) : null
      },
    ]
    resized = is(self, "aws_ecs_service") && !local.daemon && changed(self, "desired_count")
    # The members of a cluster that this plan takes away.
    gone = [
      for m in referrers(
        local.was, "member_of", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance",
      ) : m
      if after(m) == null
    ]
    daemon      = self.scheduling_strategy == "DAEMON"
    provisioned = coalesce(self.billing_mode, "PROVISIONED") == "PROVISIONED"
    on_demand   = self.stream_mode_details[0].stream_mode == "ON_DEMAND"

    cut = [
      for n in local.numbers : n
      if coalesce(n.was, 0) > 0 && n.now != null && n.now != -1
      && (coalesce(n.was, 0) - coalesce(n.now, 0) >= coalesce(n.was, 0) * param.share || n.now <= 1 && coalesce(n.was, 0) > 1)
    ]
  }

  for_each = resources(
    "aws_autoscaling_group", "aws_appautoscaling_target", "aws_ecs_service", "aws_eks_node_group", "aws_rds_cluster",
    "aws_docdb_cluster", "aws_neptune_cluster", "aws_dynamodb_table", "aws_kinesis_stream", "aws_elasticache_replication_group", "aws_elasticache_cluster",
    "aws_memorydb_cluster", "aws_opensearch_domain", "aws_lambda_provisioned_concurrency_config",
  )
  when    = length(local.cut) > 0
  at      = "desired_count"
  message = "this plan cuts `${self}` from ${local.cut[0].was} to ${local.cut[0].now} (`${local.cut[0].name}`)"

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
