rule "k8s-cronjob-overlaps" {
  summary     = "Runs of a cron job pile up"
  principle   = "decoupling"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    By default a new run starts while the last one still runs. When the job hangs or slows down, runs pile up, do the same work side by side and take the
    cluster's memory.
  MD
  fix         = "Set `concurrency_policy` to `Forbid` or `Replace`, or `active_deadline_seconds` of the job."
  notice      = "Several jobs of one schedule are active: `kubectl get jobs` lists them."
  prove       = "Let a run take longer than its interval in a test cluster, and count the pods."
  references  = ["AWS Well-Architected REL05-BP05", "Kubernetes: CronJob, concurrency policy"]

  locals {
    document  = is(self, "k8s_manifest") ? k8s_document(self) : null
    suspended = is(self, "k8s_manifest") ? try(local.document.spec.suspend, null) : self.spec[0].suspend
    policy    = is(self, "k8s_manifest") ? try(local.document.spec.concurrencyPolicy, null) : self.spec[0].concurrency_policy
    deadline  = is(self, "k8s_manifest") ? try(local.document.spec.jobTemplate.spec.activeDeadlineSeconds, null) : self.spec[0].job_template[0].spec[0].active_deadline_seconds
  }

  for_each = resources("k8s_cron_job", "k8s_manifest")
  unless   = k8s_kind(self) != "CronJob" || local.suspended == true
  when     = default(local.policy, "Allow") == "Allow" && local.deadline == null
  at       = "spec.concurrency_policy"
  message  = "a run of `${self}` starts while others still run, without end"

  edit "spec.concurrency_policy" {
    to   = "Forbid"
    when = is(self, "k8s_cron_job")
  }

  fails "default" {
    resource "kubernetes_cron_job_v1" "export" {
      metadata {
        name = "export"
      }

      spec {
        schedule = "*/5 * * * *"

        job_template {
          spec {
            template {
              spec {
                container {
                  name  = "export"
                  image = "ghcr.io/acme/export:1.4.2"
                }
              }
            }
          }
        }
      }
    }
  }

  fails "manifest" {
    resource "kubernetes_manifest" "export" {
      manifest = {
        apiVersion = "batch/v1"
        kind       = "CronJob"
        metadata   = { name = "export", namespace = "shop" }
        spec       = { schedule = "*/5 * * * *", jobTemplate = { spec = { template = { spec = { containers = [{ name = "export", image = "ghcr.io/acme/export:1.4.2" }] } } } } }
      }
    }
  }

  passes "one at a time" {
    resource "kubernetes_cron_job_v1" "export" {
      metadata {
        name = "export"
      }

      spec {
        schedule           = "*/5 * * * *"
        concurrency_policy = "Forbid"

        job_template {
          spec {
            template {
              spec {
                container {
                  name  = "export"
                  image = "ghcr.io/acme/export:1.4.2"
                }
              }
            }
          }
        }
      }
    }
  }

  passes "ends after five minutes" {
    resource "kubernetes_cron_job_v1" "export" {
      metadata {
        name = "export"
      }

      spec {
        schedule = "*/5 * * * *"

        job_template {
          spec {
            active_deadline_seconds = 300

            template {
              spec {
                container {
                  name  = "export"
                  image = "ghcr.io/acme/export:1.4.2"
                }
              }
            }
          }
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "policy" { type = string }

    resource "kubernetes_cron_job_v1" "export" {
      metadata {
        name = "export"
      }

      spec {
        schedule           = "*/5 * * * *"
        concurrency_policy = var.policy

        job_template {
          spec {
            template {
              spec {
                container {
                  name  = "export"
                  image = "ghcr.io/acme/export:1.4.2"
                }
              }
            }
          }
        }
      }
    }
  }
}
