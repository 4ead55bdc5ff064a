# Who takes requests, and who moves the number of those that do.

# Requests come to it: through a load balancer, or by a name that others look up.
define "serves" {
  of = "aws_autoscaling_group"
  is = (
    length(default(self.target_group_arns, [])) > 0
    || length(default(self.load_balancers, [])) > 0
    || length(default(self.traffic_source, [])) > 0
    || length(referrers(self, "targets")) > 0
  )
}

define "serves" {
  of = "aws_ecs_service"
  is = (
    length(default(self.load_balancer, [])) > 0
    || length(default(self.service_connect_configuration, [])) > 0
    || length(default(self.service_registries, [])) > 0
  )
}

# Something that is no policy of its own sets the number of machines: a capacity provider, an autoscaler of Kubernetes, a scaling plan.
define "is_scaled_elsewhere" {
  of = "aws_autoscaling_group"
  is = (
    length(referrers(self, "runs_on", "aws_ecs_capacity_provider")) > 0
    || anytrue([for t in default(self.tag, []) : strcontains(default(t.key, ""), "k8s.io/") || strcontains(default(t.key, ""), "kubernetes.io/")])
    || length(referrers(self, "refers", "aws_autoscalingplans_scaling_plan", "aws_codedeploy_deployment_group")) > 0
  )
}
