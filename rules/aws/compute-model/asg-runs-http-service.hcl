rule "asg-runs-http-service" {
  summary      = "HTTP service runs on machines that its team must patch"
  principle    = "compute-model"
  severity     = "advice"
  since        = "2027.1"
  renamed_from = ["http-service-on-ec2"]
  why          = <<-MD
    Images, patches, agents and scaling of machines are work that a container on Fargate does not need. Nothing in
    this configuration says that the service needs a machine: no accelerator, no local disk, no exceptional size.
  MD
  fix          = "Run the service as containers on ECS with Fargate; keep machines where a container cannot do it."
  notice       = "Patch Manager lists machines that miss updates, and releases wait for somebody who logs in."
  prove        = "Terminate a machine with `aws:ec2:terminate-instances`, and time how long the new one takes until it serves."
  references   = ["AWS Well-Architected PERF02-BP01", "AWS Well-Architected OPS05-BP05"]

  locals {
    groups = [for t in referrers(self, "targets", "target_group") : t if t.protocol == "HTTP" || t.protocol == "HTTPS"]

    templates = linked(self, "uses", "aws_launch_template", "aws_launch_configuration")
    types = concat(
      [for t in local.templates : t.instance_type],
      flatten([
        for p in self.mixed_instances_policy : [
          for l in p.launch_template : [for o in l.override : o.instance_type]
        ]
      ]),
    )
    special = anytrue([
      for t in local.types : t != null && anytrue([
        can(regex("^(p|g|inf|trn|dl|vt|f)[0-9]", t)),              # accelerators
        can(regex("^(i|im|is|d|h)[0-9]|^[a-z]+[0-9]+[a-z]*d", t)), # local disks
        can(regex("^(hpc|mac|u|x)[0-9-]|metal", t)),               # high performance, Macs, high memory, bare metal
        can(regex("\\.([5-9]|[0-9]{2,})xlarge$", t)),              # more than 16 virtual processors
      ])
    ])
    # Hosts of ECS or EKS run containers already.
    hosts = (
      length(referrers(self, "runs_on")) > 0
      || anytrue([for t in self.tag : can(regex("AmazonECSManaged|k8s.io|kubernetes.io", t.key))])
      || anytrue([
        for t in local.templates :
        try(strcontains(base64decode(t.user_data), "ECS_CLUSTER"), strcontains(t.user_data, "ECS_CLUSTER"), false)
      ])
    )
  }

  for_each = resources("aws_autoscaling_group")
  unless   = length(local.groups) == 0 || local.hosts
  when     = !local.special
  message  = "`${self}` serves HTTP from machines that nothing here requires"

  label "what the machines are" {
    at        = local.templates
    attribute = "instance_type"
  }

  label "sends HTTP requests to them" {
    at        = local.groups
    attribute = "protocol"
  }

  fails "ordinary machines behind a load balancer" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
    }

    resource "aws_launch_template" "web" {
      instance_type = "m7g.large"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]

      launch_template {
        id = aws_launch_template.web.id
      }
    }
  }

  fails "mixed ordinary machines" {
    resource "aws_lb_target_group" "web" {
      port     = 443
      protocol = "HTTPS"
    }

    resource "aws_launch_template" "web" {
      image_id = "ami-0123456789abcdef0"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]

      mixed_instances_policy {
        launch_template {
          launch_template_specification {
            launch_template_id = aws_launch_template.web.id
          }

          override {
            instance_type = "c7g.xlarge"
          }

          override {
            instance_type = "c6g.xlarge"
          }
        }
      }
    }
  }

  passes "graphics processors" {
    resource "aws_lb_target_group" "infer" {
      port     = 80
      protocol = "HTTP"
    }

    resource "aws_launch_template" "infer" {
      instance_type = "g5.xlarge"
    }

    resource "aws_autoscaling_group" "infer" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.infer.arn]

      launch_template {
        id = aws_launch_template.infer.id
      }
    }
  }

  passes "hosts of containers" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
    }

    resource "aws_launch_template" "host" {
      instance_type = "m7g.large"
    }

    resource "aws_autoscaling_group" "host" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]

      launch_template {
        id = aws_launch_template.host.id
      }
    }

    resource "aws_ecs_capacity_provider" "host" {
      name = "host"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.host.arn
      }
    }
  }

  passes "not HTTP" {
    resource "aws_lb_target_group" "mqtt" {
      port     = 8883
      protocol = "TLS"
    }

    resource "aws_launch_template" "mqtt" {
      instance_type = "m7g.large"
    }

    resource "aws_autoscaling_group" "mqtt" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.mqtt.arn]

      launch_template {
        id = aws_launch_template.mqtt.id
      }
    }
  }

  unknown "machines are chosen by the caller" {
    variable "instance_type" { type = string }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
    }

    resource "aws_launch_template" "web" {
      instance_type = var.instance_type
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]

      launch_template {
        id = aws_launch_template.web.id
      }
    }
  }
}
