rule "workload-replaced" {
  summary      = "Running service destroyed and made anew by the plan"
  principle    = "change"
  severity     = "error"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["service-replaced"]
  why          = <<-MD
    Terraform stops all of it before the new one starts: every task of a service, everything on a cluster, every key in a cache. It does not
    roll, as a new release would.
  MD
  fix          = "Take back the change that forces the replacement, or make the new one under another name beside it, move the traffic, and delete the old one in a change of its own."
  notice       = "Healthy targets fall to zero during the apply, and `HTTPCode_ELB_5XX_Count` rises."
  prove        = "Apply the plan in a test environment while a client sends a request each second, and count the failures."
  references = [
    "AWS Well-Architected REL08-BP04",
    "Terraform: lifecycle meta-argument (create_before_destroy)",
  ]

  locals {
    causes = replaced_for(self)
    for    = length(local.causes) > 0 ? " for a change of ${join(", ", [for c in local.causes : "`${c}`"])}" : ""
    cache  = is(self, "aws_elasticache_replication_group", "aws_elasticache_cluster")
    # A node of a group is filled by its group; a service that runs nothing is not missed.
    member = is(self, "aws_elasticache_cluster") && default(before(self).replication_group_id, "") != ""
    parked = is(self, "aws_ecs_service") && before(self).scheduling_strategy != "DAEMON" && default(before(self).desired_count, 0) == 0
  }

  for_each = resources("aws_ecs_service", "aws_eks_cluster", "aws_elasticache_replication_group", "aws_elasticache_cluster")
  unless   = local.member || local.parked
  when     = action(self) == "replace"
  message  = "this plan stops `${self}` and makes it anew${local.for}${local.cache ? ", empty" : ""}"

  fails "a service moves to another cluster" {
    replaces = ["aws_ecs_service.api"]

    before {
      resource "aws_ecs_service" "api" {
        name          = "api"
        cluster       = "shop"
        desired_count = 4
      }
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      cluster       = "shop-2"
      desired_count = 4
    }
  }

  fails "a cache gets encryption, and starts empty" {
    replaces = ["aws_elasticache_replication_group.sessions"]

    before {
      resource "aws_elasticache_replication_group" "sessions" {
        at_rest_encryption_enabled = false
      }
    }

    resource "aws_elasticache_replication_group" "sessions" {
      at_rest_encryption_enabled = true
    }
  }

  passes "a new release, which rolls" {
    replaces = ["aws_ecs_task_definition.api"]

    before {
      resource "aws_ecs_task_definition" "api" {
        family                = "api"
        container_definitions = jsonencode([{ name = "api", image = "api:1" }])
      }

      resource "aws_ecs_service" "api" {
        name            = "api"
        task_definition = aws_ecs_task_definition.api.arn
        desired_count   = 4
      }
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode([{ name = "api", image = "api:2" }])
    }

    resource "aws_ecs_service" "api" {
      name            = "api"
      task_definition = aws_ecs_task_definition.api.arn
      desired_count   = 4
    }
  }

  passes "it is parked" {
    replaces = ["aws_ecs_service.import"]

    before {
      resource "aws_ecs_service" "import" {
        name          = "import"
        cluster       = "shop"
        desired_count = 0
      }
    }

    resource "aws_ecs_service" "import" {
      name          = "import"
      cluster       = "batch"
      desired_count = 0
    }
  }
}
