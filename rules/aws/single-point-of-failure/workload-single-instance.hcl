rule "workload-single-instance" {
  summary   = "Managed service is told to run on one machine"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    AWS replaces the machine when it fails, but until then nothing answers, and updates of the system are outages as well.
  MD
  fix       = "Run two of them or more, so that AWS can put them into different zones."
  notice    = "The service's request metrics end while its one machine is replaced."
  prove     = "Restart it in a test environment, and count the failed requests."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config sagemaker-endpoint-config-prod-instance-count",
    "Security Hub SageMaker.4",
    "AWS Trusted Advisor AWS CloudHSM clusters running HSM instances in a single AZ",
    "AWS Elastic Beanstalk: environment types",
  ]

  locals {
    # Of an endpoint: variants with machines of their own.
    lone = [
      for v in default(self.production_variants, []) : v
      if length(default(v.serverless_config, [])) == 0 && v.initial_instance_count == 1
      && default(v.managed_instance_scaling[0].min_instance_count, 1) < 2
    ]
    later = length(default(self.async_inference_config, [])) > 0

    # Of a connector: workers, fixed or as few as scaling may leave.
    workers = default(self.capacity[0].provisioned_capacity[0].worker_count, self.capacity[0].autoscaling[0].min_worker_count)

    # Of a Beanstalk environment.
    single  = [for s in default(self.setting, []) : s if s.namespace == "aws:elasticbeanstalk:environment" && s.name == "EnvironmentType" && s.value == "SingleInstance"]
    minimum = [for s in default(self.setting, []) : s if s.namespace == "aws:autoscaling:asg" && s.name == "MinSize" && tonumber(s.value) == 1]
    web     = default(self.tier, "WebServer") == "WebServer"

    modules = referrers(self, "member_of", "aws_cloudhsm_v2_hsm")
  }

  for_each = resources("aws_sagemaker_endpoint_configuration", "aws_mskconnect_connector", "aws_elastic_beanstalk_environment", "aws_cloudhsm_v2_cluster")

  defect "endpoint" {
    when    = is(self, "aws_sagemaker_endpoint_configuration") && !local.later && length(local.lone) > 0
    at      = "production_variants"
    message = "an endpoint with `${self}` answers from one machine"
  }

  defect "connector" {
    when    = is(self, "aws_mskconnect_connector") && local.workers == 1
    at      = "capacity"
    message = "`${self}` may run on one worker: nothing is copied while it is replaced"
  }

  defect "environment" {
    when    = is(self, "aws_elastic_beanstalk_environment") && local.web && (length(local.single) > 0 || length(local.minimum) > 0)
    at      = "setting"
    message = "`${self}` may run on one machine: nothing answers while it is replaced"
  }

  defect "security module" {
    when    = is(self, "aws_cloudhsm_v2_cluster") && length(local.modules) == 1
    message = "`${self}` has one module: nothing is signed or decrypted while it is replaced"

    label "the only one" {
      at = local.modules
    }
  }

  fails "endpoint on one machine" {
    resource "aws_sagemaker_endpoint_configuration" "fraud" {
      name = "fraud"

      production_variants {
        variant_name           = "main"
        model_name             = "fraud"
        instance_type          = "ml.m5.large"
        initial_instance_count = 1
      }
    }
  }

  fails "Beanstalk environment of one machine" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:environment"
        name      = "EnvironmentType"
        value     = "SingleInstance"
      }
    }
  }

  fails "one security module" {
    resource "aws_cloudhsm_v2_cluster" "keys" {
      hsm_type   = "hsm1.medium"
      subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }

    resource "aws_cloudhsm_v2_hsm" "keys" {
      cluster_id = aws_cloudhsm_v2_cluster.keys.cluster_id
      subnet_id  = "subnet-0a1b2c3d"
    }
  }

  passes "two machines" {
    resource "aws_sagemaker_endpoint_configuration" "fraud" {
      name = "fraud"

      production_variants {
        variant_name           = "main"
        model_name             = "fraud"
        instance_type          = "ml.m5.large"
        initial_instance_count = 2
      }
    }
  }

  passes "serverless" {
    resource "aws_sagemaker_endpoint_configuration" "fraud" {
      name = "fraud"

      production_variants {
        variant_name = "main"
        model_name   = "fraud"

        serverless_config {
          max_concurrency   = 20
          memory_size_in_mb = 2048
        }
      }
    }
  }

  passes "Beanstalk with two machines" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:autoscaling:asg"
        name      = "MinSize"
        value     = "2"
      }
    }
  }

  passes "Beanstalk worker, whose work waits" {
    resource "aws_elastic_beanstalk_environment" "mailer" {
      name        = "mailer"
      application = "shop"
      tier        = "Worker"

      setting {
        namespace = "aws:autoscaling:asg"
        name      = "MinSize"
        value     = "1"
      }
    }
  }

  unknown "number of machines is given by the caller" {
    variable "machines" { type = number }

    resource "aws_sagemaker_endpoint_configuration" "fraud" {
      name = "fraud"

      production_variants {
        variant_name           = "main"
        model_name             = "fraud"
        instance_type          = "ml.m5.large"
        initial_instance_count = var.machines
      }
    }
  }
}
